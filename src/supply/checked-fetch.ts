// One request → bytes or a Failure: time limits, tries, resumption, redirects and sizes are settled here, hashes by its callers.
import { sha256 } from '../formats/bytes/sha256';
import { fail, success, type Outcome } from '../model/failure';
import { explainLimit, type LimitName } from '../model/limits';
import type { NetworkRow } from '../model/network';
import { makeNetworkLog, type RecordingLog } from './network-log';
import { BodyProblem, readBody } from './read-body';
import { beginTransfer, findRest, isRest, makeTransfer, type Transfer } from './resume';
import { findRetryAfter } from './retry-after';
import { sendRequest, type Sending } from './send-request';
import { printUrl } from './url-rules';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface FetchLimits {
  /** Milliseconds until the headers are there. */
  headersWait: number;
  stallWait: number;
  leastPerSpan: number;
  /** Milliseconds for all tries and waits of one request together. */
  totalWait: number;
  tries: number;
  /** A broken try that brought so many bytes which need not be sent again counts for nothing, at most `resumptions` times. */
  worthwhile: number;
  resumptions: number;
  /** Milliseconds before the second try; four times as long before the third. */
  backoff: number;
  /** Milliseconds; a server that asks for more patience than this is taken as refusing. */
  longestRetryAfter: number;
  redirects: number;
}

const fetchLimits: FetchLimits = {
  headersWait: 30_000, stallWait: 30_000, leastPerSpan: 8192, totalWait: 60 * 60_000, tries: 3, worthwhile: 2 ** 20, resumptions: 50,
  backoff: 500, longestRetryAfter: 20_000, redirects: 5,
};

export interface FetchRequest {
  url: string;
  /** For messages: `the wheel click-8.3.1-py3-none-any.whl`. */
  what: string;
  method?: 'GET' | 'HEAD';
  headers?: Record<string, string>;
  /** What the whole answer must hash to: the gateway fetches such files from hosts that no listing named. The caller checks it all the same. */
  sha256?: string;
  /** Bytes. */
  most: number;
  /** What they are called, where people may raise them. */
  limit?: LimitName;
  signal: AbortSignal;
  cache?: RequestCache;
  /** Where the body breaks off, the rest is asked for, if the server proves that the file is still the same. */
  resume?: boolean;
  progress?: (done: number, total?: number) => void;
}

export interface Fetched {
  status: number;
  /** After redirects. */
  url: string;
  headers: Headers;
  /** True where the page may not read all headers (CORS). */
  opaqueHeaders: boolean;
  bytes: Uint8Array<ArrayBuffer>;
  /** Of `bytes`; computed once. */
  sha256(): Promise<string>;
}

export type CheckedFetch = (request: FetchRequest) => Promise<Outcome<Fetched>>;

export interface FetchSettings {
  fetch?: Fetch;
  limits?: Partial<FetchLimits>;
  /** Prefix of the same-origin gateway; the address follows it, encoded. */
  gateway?: string;
  /** `Authorization` by address; asked only for the origin that a request was made to. */
  authorize?: (url: string) => string | undefined;
  /** Indexes that the gateway was not set up with. */
  named?: { url: string; byProject: boolean }[];
  log?: RecordingLog;
  /** Nothing is asked of anybody. */
  offline?: boolean;
}

/** A try's result: final, or worth another try after `wait` ms (undefined: by the backoff). */
export type Attempt = { outcome: Outcome<Fetched>; retry: boolean; wait?: number };

/** 2xx, 304, 404, 410 and 416 are answers and come back as such; everything else is a Failure. */
const answers = new Set([200, 203, 206, 304, 404, 410, 416]);
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

export function makeCheckedFetch(settings: FetchSettings = {}): CheckedFetch {
  const limits = { ...fetchLimits, ...settings.limits };
  const { offline = false, log = makeNetworkLog(0) } = settings;
  /** Origins that did not answer, and when: what is asked of them next is not tried as often. */
  const silent = new Map<string, number>();
  const sending: Sending = {
    fetch: settings.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    headersWait: limits.headersWait,
    redirects: limits.redirects,
    gateway: settings.gateway,
    authorize: settings.authorize ?? (() => undefined),
    named: settings.named ?? [],
  };
  return async (request) => {
    if (offline) return notAsked(request);
    const { url, what, method = 'GET', headers } = request;
    const row = log.begin({ url, what, method, ...(headers?.range === undefined ? {} : { range: headers.range }) });
    const began = performance.now();
    const origin = URL.canParse(url) ? new URL(url).origin : url;
    const isSilent = isDisconnected() || Date.now() - (silent.get(origin) ?? 0) < silence;
    const outcome = await fetchWithTries(request, isSilent ? { ...limits, tries: 1 } : limits, sending, row);
    if (row.status !== undefined) silent.delete(origin);
    else if (!outcome.ok && outcome.failure.code === 'supply/unreachable') silent.set(origin, Date.now());
    row.milliseconds = Math.round(performance.now() - began);
    if (!outcome.ok) row.problem = outcome.failure.message;
    return outcome;
  };
}

/** What takes longer than all tries together may is ended like a cancelled one, and told otherwise. */
async function fetchWithTries(request: FetchRequest, limits: FetchLimits, sending: Sending, row: NetworkRow): Promise<Outcome<Fetched>> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), limits.totalWait);
  try {
    const outcome = await tryAndTry({ ...request, signal: AbortSignal.any([request.signal, over.signal]) }, limits, sending, row);
    if (request.signal.aborted || !over.signal.aborted || outcome.ok) return outcome;
    return fail('supply/unreachable', `Fetching ${request.what} from ${printUrl(request.url)} took longer than ${limits.totalWait / 1000} s, the limit for all tries together.`, 'The network is too slow or the server is: try again later.');
  } finally {
    clearTimeout(timer);
  }
}

async function tryAndTry(request: FetchRequest, limits: FetchLimits, sending: Sending, row: NetworkRow): Promise<Outcome<Fetched>> {
  const transfer = makeTransfer();
  let failed = 0;
  for (let sent = 1; ; sent++) {
    if (request.signal.aborted) return cancelled(request);
    row.tries = sent;
    const before = transfer.length;
    const { outcome, retry, wait } = await fetchOnce(request, limits, sending, transfer, row);
    if (request.signal.aborted) return cancelled(request);
    if (outcome.ok || !retry) return outcome;
    const worthwhile = request.resume && findRest(transfer) && transfer.length - before >= limits.worthwhile && sent <= limits.resumptions;
    failed = worthwhile ? 0 : failed + 1;
    if (failed >= limits.tries) return withNote(outcome.failure, `It was tried ${sent === 1 ? 'once' : `${sent} times`}.`);
    await pause(wait ?? limits.backoff * 4 ** Math.max(failed - 1, 0), request.signal);
  }
}

/** Milliseconds. */
const silence = 30_000;

/** Then trying again is of no use: where somebody answers all the same (this machine does), the first try tells. */
const isDisconnected = (): boolean => (globalThis.navigator as { onLine?: boolean } | undefined)?.onLine === false;

async function fetchOnce(request: FetchRequest, limits: FetchLimits, sending: Sending, transfer: Transfer, row: NetworkRow): Promise<Attempt> {
  const rest = request.resume ? findRest(transfer) : undefined;
  const sent = await sendRequest(rest ? { ...request, headers: { ...request.headers, ...rest } } : request, sending);
  if (!sent.ok) {
    // A gateway may refuse ranges, and nothing else, of some files.
    const again = rest !== undefined && !sent.retry;
    if (again) Object.assign(transfer, makeTransfer());
    return { outcome: sent, retry: sent.retry || again };
  }
  const { response, url } = sent.value;
  const goesOn = rest !== undefined && isRest(response, transfer);
  row.status = goesOn ? 200 : response.status;
  if (printUrl(url) !== row.url) row.redirectedTo = printUrl(url);
  if (rest && !goesOn && response.status !== 200 && !passing.has(response.status)) return startOver(request, response, transfer);
  if (!answers.has(response.status)) return refused(request, response, limits);
  if (!goesOn) beginTransfer(transfer, response);
  if (goesOn) row.resumed = transfer.length;
  else delete row.resumed;
  try {
    const bytes = request.method === 'HEAD' ? new Uint8Array() : await readBody(response, { ...limits, most: request.most }, transfer, request.progress);
    row.size = bytes.length;
    let digest: Promise<string> | undefined;
    const identify = (): Promise<string> => (digest ??= sha256(bytes).then((found) => (row.sha256 = found)));
    return { outcome: success({ status: row.status, url, headers: response.headers, opaqueHeaders: response.type === 'cors', bytes, sha256: identify }), retry: false };
  } catch (error) {
    return brokenBody(request, error);
  }
}

/** An answer to the question for the rest that is neither the rest nor the whole; it says nothing about the file itself. */
function startOver(request: FetchRequest, response: Response, transfer: Transfer): Attempt {
  void response.body?.cancel().catch(() => undefined);
  Object.assign(transfer, makeTransfer());
  return { outcome: fail('supply/unreachable', `Fetching the rest of ${request.what} from ${printUrl(request.url)}, something else was answered (${response.status}).`), retry: true };
}

const notAsked = ({ what, url }: FetchRequest): Outcome<never> =>
  fail('supply/unreachable', `The local store does not have ${what} from ${printUrl(url)}, and offline nothing is fetched.`);

function brokenBody(request: FetchRequest, error: unknown): Attempt {
  const found = error instanceof BodyProblem ? error.message : `the connection broke (${String((error as Error)?.message ?? error)})`;
  const retry = !(error instanceof BodyProblem) || error.retry;
  const code = retry ? 'supply/unreachable' : 'supply/bad-answer';
  const notes = error instanceof BodyProblem && error.tooLarge && request.limit ? [explainLimit(request.limit)] : [];
  return { outcome: fail(code, `Fetching ${request.what} from ${printUrl(request.url)}: ${found}${notes.length ? ` (${request.limit})` : ''}.`, ...notes), retry };
}

function refused(request: FetchRequest, response: Response, limits: FetchLimits): Attempt {
  void response.body?.cancel().catch(() => undefined);
  const retryable = passing.has(response.status);
  const wait = retryable ? findRetryAfter(response.headers) : undefined;
  const notes = wait === undefined ? [...noteOn(response.status)] : [`The server asked to wait ${Math.ceil(wait / 1000)} s.`];
  const outcome = fail('supply/refused', `Fetching ${request.what} from ${printUrl(request.url)}, the answer was ${response.status} ${response.statusText}`.trimEnd() + '; 200 was expected.', ...notes);
  return { outcome, retry: retryable && (wait ?? 0) <= limits.longestRetryAfter, ...(wait === undefined ? {} : { wait }) };
}

function noteOn(status: number): string[] {
  if (status === 401 || status === 403) return ['The index wants credentials, or refuses these: give them with the index (on the page: More choices; on the command line: TERRARIUM_INDEX_<NAME>_USERNAME and _PASSWORD, or in its address).'];
  return status >= 500 ? ['The trouble is on the side of the server: try again later.'] : [];
}

function withNote(failure: { code: Parameters<typeof fail>[0]; message: string; notes: string[] }, note: string): Outcome<never> {
  return fail(failure.code, failure.message, ...failure.notes, note);
}

const cancelled = (request: FetchRequest): Outcome<never> => fail('cancelled', `Cancelled while ${request.what} was fetched.`);

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
