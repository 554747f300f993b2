// Imports that no requirement covers → lines for people, with what to do. Nothing is fetched because of a name alone.
import type { Analysis, ImportFound } from '../model/analysis';

/** `confirmed`: requirements that the user added; what they cover is not told again. `packed`: top-level modules that some distribution brings. */
export function describeUndeclared({ imports }: Analysis, confirmed: string[], packed: ReadonlySet<string>): string[] {
  const added = new Set(confirmed.map((requirement) => normalise(/^[\w.-]+/.exec(requirement)?.[0] ?? '')));
  const missing = imports.filter(({ sort, manner, module, distribution }) =>
    sort === 'undeclared' && manner !== 'type-checking' && module !== '' && !packed.has(topOf(module)) && !(distribution && added.has(normalise(distribution))));
  const plain = firstOfEach(missing.filter(({ manner }) => manner === 'plain'));
  const guarded = firstOfEach(missing.filter(({ manner }) => manner !== 'plain'));
  plain.forEach((_, name) => guarded.delete(name));
  return [...[...plain.values()].map(describePlain), ...(guarded.size ? [describeGuarded([...guarded.values()])] : [])];
}

function describePlain({ module, distribution, place }: ImportFound): string {
  const next = distribution ? `it belongs to ${distribution}: add that (on the command line: --require ${distribution})` : 'declare what provides it, if the app needs it';
  return `${place.path}:${place.line}: ${topOf(module)} is imported but not declared; ${next}.`;
}

/** Distributions leave such imports undeclared on purpose as a rule, scripts by oversight. */
function describeGuarded(imports: ImportFound[]): string {
  const each = imports.map(({ module, manner, distribution, place }) =>
    `${topOf(module)} (${manner}, ${place.path}:${place.line}${distribution && normalise(distribution) !== normalise(topOf(module)) ? `, of ${distribution}` : ''})`);
  const known = imports.find(({ distribution }) => distribution !== undefined)?.distribution;
  return `Imported in some cases only, not declared and not packed: ${each.join(', ')}. Add what the app needs of them${known ? ` (on the command line: --require ${known})` : ''}.`;
}

function firstOfEach(imports: ImportFound[]): Map<string, ImportFound> {
  const found = new Map<string, ImportFound>();
  for (const one of imports) if (!found.has(topOf(one.module))) found.set(topOf(one.module), one);
  return found;
}

const topOf = (module: string): string => module.split('.')[0]!;
const normalise = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
