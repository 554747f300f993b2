// Imports that nothing declares → what to ask the user: distributions that the curated map knows, and modules that it does not.
import type { ImportFound } from '../model/analysis';

export interface Suggestion {
  /** Of the distribution, or of the module where no distribution is known. */
  name: string;
  places: string[];
  /** Every import of it is in a `try` or under a condition: the app may do without. */
  optional: boolean;
}

export function findSuggestions(imports: ImportFound[]): { known: Suggestion[]; unknown: Suggestion[] } {
  // Type checkers alone run what stands under TYPE_CHECKING.
  const undeclared = imports.filter(({ sort, manner, module }) => sort === 'undeclared' && manner !== 'type-checking' && module !== '');
  return {
    known: gather(undeclared.filter(({ distribution }) => distribution !== undefined), ({ distribution }) => distribution!),
    unknown: gather(undeclared.filter(({ distribution }) => distribution === undefined), ({ module }) => module.split('.')[0]!),
  };
}

function gather(imports: ImportFound[], nameOf: (found: ImportFound) => string): Suggestion[] {
  const byName = new Map<string, ImportFound[]>();
  for (const found of imports) byName.set(nameOf(found), [...(byName.get(nameOf(found)) ?? []), found]);
  return [...byName].map(([name, all]) => ({
    name,
    places: [...new Set(all.map(({ place }) => `${place.path}:${place.line}`))],
    optional: all.every(({ manner }) => manner === 'try' || manner === 'conditional'),
  }));
}
