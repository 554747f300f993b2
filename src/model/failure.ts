// Expected stops, as values. Plain data, so that they cross threads, the CLI and the page unchanged.
import type { Resolution } from './resolution';

/** Every code there is: `stage/reason`. A stop that has none of these is a bug. */
export const failureCodes = [
  'project/unreadable',      // not an archive, truncated, encrypted, damaged
  'project/unsafe-entry',    // a member that leaves the project, a link, a device
  'project/too-large',       // a limit of limits.ts
  'project/empty',           // nothing to pack in it
  'project/bad-metadata',    // pyproject.toml, setup.cfg, requirements, PKG-INFO … does not say what it must
  'project/needs-compiler',  // extension sources
  'project/no-entry',        // nothing to start
  'project/needs-answer',    // name or version unknown, several projects …: ask the user
  'build/failed',            // the PEP 517 backend refused
  'build/unsupported',       // a backend that cannot run here
  'resolution/conflict',     // no set of versions satisfies everybody
  'resolution/no-wheel',     // a version exists, a fitting wheel does not
  'resolution/unknown-name', // no index has it
  'resolution/bad-requirement',
  'resolution/gave-up',      // the search was stopped by its own limit
  'supply/unreachable',      // network, index or gateway does not answer
  'supply/refused',          // 4xx other than 404, 5xx after retries, an address we do not fetch from
  'supply/bad-answer',       // an index answer that cannot be read
  'supply/wrong-hash',       // bytes are not those that were promised
  'supply/no-runtime',       // no CPython pack for this Python and target
  'supply/storage',          // the local store cannot be written or read
  'wheel/invalid',           // name, metadata, RECORD or layout break the specification
  'plan/unsupported',        // this output cannot be made for this project or target
  'artifact/corrupt',        // reading back found something else than was written
  'cancelled',
  'terrarium/bug',           // an exception that reached a door: our fault, told as such
] as const;
export type FailureCode = (typeof failureCodes)[number];

export interface Failure {
  code: FailureCode;
  /** One sentence: what was being done, to what, what was found, what was expected. */
  message: string;
  /** Where (`path:line`) and what to do next, a line each. */
  notes: string[];
  /** What was resolved all the same, where only some wheels are missing: its gaps say which, and what would help. */
  coverage?: Resolution;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: Failure };

export const success = <T>(value: T): Outcome<T> => ({ ok: true, value });

export const fail = (code: FailureCode, message: string, ...notes: string[]): { ok: false; failure: Failure } => ({
  ok: false,
  failure: { code, message: makeSentence(message), notes: notes.map(makeSentence) },
});

const longest = 1500;
const breaking = /[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+/g;

/** One line of bounded length, whatever names and values of others stand in it: the middle goes, since the end says what was expected. */
function makeSentence(text: string): string {
  const line = text.replace(breaking, ' ');
  return line.length <= longest ? line : `${line.slice(0, (longest * 2) / 3)} … ${line.slice(-longest / 3)}`;
}
