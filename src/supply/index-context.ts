// What the parts of the index client share.
import type { Outcome } from '../model/failure';
import type { Store } from '../protocol/supply';
import type { CheckedFetch, Fetched, FetchRequest } from './checked-fetch';
import type { ChosenIndexes } from './choose-indexes';

export interface IndexContext {
  indexes: ChosenIndexes;
  store: Store;
  fetchChecked: CheckedFetch;
  /** Fetches a file that a listing named, under the rules for such addresses. */
  fetchFile(request: FetchRequest, filename: string): Promise<Outcome<Fetched>>;
  /** If-None-Match may be sent: a page that asks another origin would pay a preflight for it. */
  conditional: boolean;
  /** A line for people. */
  note(line: string): void;
}
