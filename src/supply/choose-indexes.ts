// What people and the project chose, and what is set up here → which indexes are asked for which name.
import { fail, success, type Outcome } from '../model/failure';
import { configuredName, findIndexProblem, type GivenIndex, type IndexChoice } from '../model/index-choice';
import { findNormalisedName, makeIndexAddress, type IndexAddress, type IndexConfig } from './index-address';
import { isPrivate, printUrl } from './url-rules';

export interface ChosenIndexes {
  /** In the order in which they are asked. */
  searched: IndexAddress[];
  /** By normalised name: the only ones that are asked for it. */
  from: Map<string, IndexAddress[]>;
  /** Those above, each once. */
  all: IndexAddress[];
}

export function chooseIndexes({ indexes = [], from = {} }: IndexChoice, configured: readonly IndexConfig[]): Outcome<ChosenIndexes> {
  const problem = indexes.map(findProblem).find((found) => found !== undefined) ?? findTwice(indexes);
  if (problem !== undefined) return fail('supply/refused', `Reading the indexes that were named: ${problem}.`);
  const own = configured.map(makeIndexAddress);
  const expand = (index: GivenIndex): IndexAddress[] => (index.name === configuredName ? own : [makeIndexAddress(index)]);
  const given = indexes.filter(({ explicit }) => !explicit).flatMap(expand);
  const searched = given.length ? given : own;
  const named = indexes.filter(({ explicit }) => explicit).flatMap(expand);
  const known = new Map([[configuredName, own], ...[...own, ...searched, ...named].map((index) => [index.name, [index]] as [string, IndexAddress[]])]);
  const chosen = new Map<string, IndexAddress[]>();
  for (const [distribution, name] of Object.entries(from)) {
    const found = known.get(name);
    const normalised = findNormalisedName(distribution);
    if (!found || normalised === undefined) return unknownIndex(distribution, name, [...known.keys()]);
    chosen.set(normalised, found);
  }
  return success({ searched, from: chosen, all: [...new Set([...searched, ...[...chosen.values()].flat()])] });
}

const unknownIndex = (distribution: string, name: string, known: string[]): Outcome<never> =>
  fail('supply/refused', `${distribution.slice(0, 200)} is to be taken from the index ${name.slice(0, 100)}, and none is called that; there are: ${known.join(', ')}.`,
    'Say where it is (on the command line: --named-index NAME=URL, on the page: More choices).');

function findProblem(index: GivenIndex): string | undefined {
  const problem = findIndexProblem(index);
  if (problem !== undefined || !index.byProject || index.name === configuredName) return problem;
  const { protocol, hostname } = new URL(index.url);
  if (protocol !== 'https:') return `the project names the index ${index.name} at ${printUrl(index.url)}, and of a project's own only https addresses are asked; name it yourself if you trust it`;
  return isPrivate(hostname) ? `the project names the index ${index.name} at ${printUrl(index.url)}, which lies in a private network; name it yourself if you trust it` : undefined;
}

function findTwice(indexes: readonly GivenIndex[]): string | undefined {
  const twice = indexes.find(({ name }, at) => indexes.findIndex((other) => other.name === name) !== at);
  return twice && `two of them are called ${twice.name}`;
}
