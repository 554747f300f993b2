// What was asked of the network or taken from the local store in its place, address by address: plain data, exported with a build.

export interface NetworkRow {
  /** Without credentials, and with `?…` for a query: it may hold a token. */
  url: string;
  /** For people: `the listing of click`. */
  what: string;
  method: 'GET' | 'HEAD';
  /** `memory`: asked for earlier in the same session. */
  from: 'network' | 'store' | 'memory';
  /** Bytes that were asked for, where not all were: `bytes=100-199`. */
  range?: string;
  /** Of the last answer; absent where none came. */
  status?: number;
  /** Bytes of the body, as they were used. */
  size?: number;
  /** Of the body, where it was computed. */
  sha256?: string;
  /** How often it was sent; redirects are not counted. */
  tries?: number;
  /** Bytes that an earlier, broken try brought and that were not asked for again. */
  resumed?: number;
  /** Where redirects led. */
  redirectedTo?: string;
  /** Why there is no body. */
  problem?: string;
  /** ISO 8601. */
  started: string;
  /** From the first try to the end of the body, waits included. */
  milliseconds: number;
}

export interface NetworkReport {
  format: 1;
  /** ISO 8601: when the project was opened. */
  since: string;
  /** In the order in which they began. */
  rows: NetworkRow[];
  /** How many more there were than are kept. */
  left: number;
}
