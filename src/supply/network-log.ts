// Requests and look-ups, as they begin and end → the network log of a build.
import type { NetworkReport, NetworkRow } from '../model/network';
import type { NetworkLog } from '../protocol/supply';
import { printUrl } from './url-rules';

type Known = Pick<NetworkRow, 'url' | 'what'> & Partial<NetworkRow>;

export interface RecordingLog extends NetworkLog {
  /** A request that was sent: its row, to be filled in as it goes on. */
  begin(known: Known): NetworkRow;
  /** Something that no request was needed for; named once, however often it was used. */
  found(known: Known & { from: 'store' | 'memory' }): void;
}

/** More than a build of a thousand distributions for all targets asks. */
const mostRows = 20_000;

export function makeNetworkLog(most = mostRows): RecordingLog {
  let since = new Date();
  let rows: NetworkRow[] = [];
  let left = 0;
  const seen = new Set<string>();

  function begin({ url, ...known }: Known): NetworkRow {
    const row: NetworkRow = { method: 'GET', from: 'network', started: new Date().toISOString(), milliseconds: 0, ...known, url: printUrl(url) };
    if (rows.length < most) rows.push(row);
    else left++;
    return row;
  }

  return {
    begin,
    found(known) {
      if (seen.has(known.url)) return;
      seen.add(known.url);
      begin(known);
    },
    restart() {
      [since, rows, left] = [new Date(), [], 0];
      seen.clear();
    },
    report: (): NetworkReport => ({ format: 1, since: since.toISOString(), rows: structuredClone(rows), left }),
  };
}
