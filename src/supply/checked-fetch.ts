// One request → bytes or a Failure: time limits, tries, redirects and sizes are settled here, hashes by its callers.
import { fail, success, type Outcome } from '../model/failure';
import { explainLimit, type LimitName } from '../model/limits';
import { BodyProblem, readBody } from './read-body';
import { findRetryAfter } from './retry-after';
import { sendRequest, type Sending } from './send-request';
import { printUrl } from './url-rules';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface FetchLimits {
  /** Milliseconds until the headers are there. */
  headersWait: number;
  stallWait: number;
  leastPerSpan: number;
  tries: number;
  /** Milliseconds before the second try; four times as long before the third. */
  backoff: number;
  /** Milliseconds; a server that asks for more patience than this is taken as refusing. */
  longestRetryAfter: number;
  redirects: number;
}

const fetchLimits: FetchLimits = {
  headersWait: 30_000, stallWait: 30_000, leastPerSpan: 8192, tries: 3, backoff: 500, longestRetryAfter: 20_000, redirects: 5,
};

export interface FetchRequest {
  url: string;
  /** For messages: `the wheel click-8.3.1-py3-none-any.whl`. */
  what: string;
  method?: 'GET' | 'HEAD';
  headers?: Record<string, string>;
  /** Bytes. */
  most: number;
  /** What they are called, where people may raise them. */
  limit?: LimitName;
  signal: AbortSignal;
  cache?: RequestCache;
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
}

export type CheckedFetch = (request: FetchRequest) => Promise<Outcome<Fetched>>;

export interface FetchSettings {
  fetch?: Fetch;
  limits?: Partial<FetchLimits>;
  /** Prefix of the same-origin gateway; the address follows it, encoded. */
  gateway?: string;
  /** `Authorization` by origin. */
  credentials?: ReadonlyMap<string, string>;
}

/** A try's result: final, or worth another try after `wait` ms (undefined: by the backoff). */
export type Attempt = { outcome: Outcome<Fetched>; retry: boolean; wait?: number };

/** 2xx, 304, 404, 410 and 416 are answers and come back as such; everything else is a Failure. */
const answers = new Set([200, 203, 206, 304, 404, 410, 416]);
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

export function makeCheckedFetch(settings: FetchSettings = {}): CheckedFetch {
  const limits = { ...fetchLimits, ...settings.limits };
  const sending: Sending = {
    fetch: settings.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    headersWait: limits.headersWait,
    redirects: limits.redirects,
    gateway: settings.gateway,
    credentials: settings.credentials ?? new Map(),
  };
  return (request) => fetchWithTries(request, limits, sending);
}

async function fetchWithTries(request: FetchRequest, limits: FetchLimits, sending: Sending): Promise<Outcome<Fetched>> {
  for (let attempt = 1; ; attempt++) {
    if (request.signal.aborted) return cancelled(request);
    const { outcome, retry, wait } = await fetchOnce(request, limits, sending);
    if (request.signal.aborted) return cancelled(request);
    if (outcome.ok || !retry) return outcome;
    if (attempt >= limits.tries) return withNote(outcome.failure, `It was tried ${attempt} times.`);
    await pause(wait ?? limits.backoff * 4 ** (attempt - 1), request.signal);
  }
}

async function fetchOnce(request: FetchRequest, limits: FetchLimits, sending: Sending): Promise<Attempt> {
  const sent = await sendRequest(request, sending);
  if (!sent.ok) return { outcome: sent, retry: sent.retry };
  const { response, url } = sent.value;
  if (!answers.has(response.status)) return refused(request, response, limits);
  try {
    const bytes = request.method === 'HEAD' ? new Uint8Array() : await readBody(response, { ...limits, most: request.most }, request.progress);
    const opaqueHeaders = response.type === 'cors';
    return { outcome: success({ status: response.status, url, headers: response.headers, opaqueHeaders, bytes }), retry: false };
  } catch (error) {
    return brokenBody(request, error);
  }
}

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
  if (status === 401 || status === 403) return ['The index wants credentials, or refuses these: put them into the pip configuration and start again.'];
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
