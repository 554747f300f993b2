// Imports that no requirement covers → a line each for people, with what to do. Nothing is fetched because of a name alone.
import type { Analysis } from '../model/analysis';

/** `confirmed`: requirements that the user added; what they cover is not told again. `packed`: top-level modules that some distribution brings. */
export function describeUndeclared({ imports }: Analysis, confirmed: string[], packed: ReadonlySet<string>): string[] {
  const added = new Set(confirmed.map((requirement) => normalise(/^[\w.-]+/.exec(requirement)?.[0] ?? '')));
  const lines = new Map<string, string>();
  for (const { module, sort, manner, distribution, place } of imports) {
    const name = module.split('.')[0]!;
    if (sort !== 'undeclared' || name === '' || packed.has(name) || lines.has(name) || (distribution && added.has(normalise(distribution)))) continue;
    if (manner === 'type-checking') continue;
    const next = distribution ? `it belongs to ${distribution}: add that (on the command line: --require ${distribution})` : 'declare what provides it, if the app needs it';
    lines.set(name, `${place.path}:${place.line}: ${name} is imported${manner === 'plain' ? '' : ` (${manner})`} but not declared; ${next}.`);
  }
  return [...lines.values()];
}

const normalise = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
