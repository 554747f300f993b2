// What the parts of the index client share.
import type { Outcome } from '../model/failure';
import type { Store } from '../protocol/supply';
import type { CheckedFetch, Fetched, FetchRequest } from './checked-fetch';
import type { ChosenIndexes } from './choose-indexes';
import type { RecordingLog } from './network-log';

export interface IndexContext {
  indexes: ChosenIndexes;
  store: Store;
  fetchChecked: CheckedFetch;
  /** Fetches a file that a listing named, under the rules for such addresses. */
  fetchFile(request: FetchRequest, filename: string): Promise<Outcome<Fetched>>;
  /** If-None-Match may be sent: a page that asks another origin would pay a preflight for it. */
  conditional: boolean;
  log: RecordingLog;
  /** The listing of `name` was used though it may be out of date. `fetched`: milliseconds since 1970. */
  usedOld(name: string, fetched: number): void;
  /** A line for people. */
  note(line: string): void;
}
