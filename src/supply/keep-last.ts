// An index client remembers what it was told: the same choice of indexes gets the same one.
import type { Outcome } from '../model/failure';
import type { IndexChoice } from '../model/index-choice';

/** One is kept, in memory: the choice may hold credentials. */
export function keepLast<T>(open: (choice: IndexChoice) => Promise<Outcome<T>>): (choice: IndexChoice) => Promise<Outcome<T>> {
  let last: { key: string; outcome: Promise<Outcome<T>> } | undefined;
  return async ({ indexes, from }) => {
    const key = JSON.stringify([indexes, from]);
    if (last?.key !== key) last = { key, outcome: open({ ...(indexes && { indexes }), ...(from && { from }) }) };
    const { outcome } = last;
    const opened = await outcome;
    // A configuration that could not be read may be there the next time.
    if (!opened.ok && last?.outcome === outcome) last = undefined;
    return opened;
  };
}
