// What people chose of indexes, and what the project's own files say → one choice. A project's word counts where people are silent.
import type { Analysis } from '../model/analysis';
import type { GivenIndex, IndexChoice } from '../model/index-choice';

/** What [tool.uv.sources] and Poetry's sources take from an index; that index is asked for nothing else. */
export function addProjectIndexes({ indexes = [], from = {} }: IndexChoice, { sources }: Pick<Analysis, 'sources'>): IndexChoice {
  const given = new Set(indexes.map(({ name }) => name));
  const wanted = new Set(Object.values(sources.from));
  const added: GivenIndex[] = sources.indexes.filter(({ name }) => wanted.has(name) && !given.has(name)).map((index) => ({ ...index, explicit: true, byProject: true }));
  return { indexes: [...indexes, ...added], from: { ...sources.from, ...from } };
}
