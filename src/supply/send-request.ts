// A request → a response whose headers are there, redirects followed one by one under the rules of url-rules.ts.
import { fail, type Failure } from '../model/failure';
import type { Fetch, FetchRequest } from './checked-fetch';
import { checkUrl, printUrl } from './url-rules';

export interface Sending {
  fetch: Fetch;
  headersWait: number;
  redirects: number;
  gateway: string | undefined;
  authorize(url: string): string | undefined;
  named: { url: string; byProject: boolean }[];
}

export interface Sent { response: Response; url: string }
type SendOutcome = { ok: true; value: Sent } | { ok: false; failure: Failure; retry: boolean };

/** The gateway's own words, beside what it passes on. tools/serve/gateway.mjs writes them. */
const finalUrlHeader = 'terrarium-url';
const gatewayFailureHeader = 'terrarium-failure';

export async function sendRequest(request: FetchRequest, sending: Sending): Promise<SendOutcome> {
  let url = request.url;
  let from = request.url;
  for (let hop = 0; hop <= sending.redirects; hop++) {
    const refusal = checkUrl(url, hop === 0 ? undefined : from, request.what);
    if (refusal) return { ...refusal, retry: false };
    const sent = await sendOnce(request, url, sending);
    if (!sent.ok) return sent;
    const location = findRedirect(sent.value.response);
    if (location === undefined) return sending.gateway === undefined ? sent : unwrapGateway(request, sent.value);
    from = url;
    url = URL.canParse(location, url) ? new URL(location, url).href : location;
  }
  return { ...fail('supply/refused', `Fetching ${request.what} from ${printUrl(request.url)}, more than ${sending.redirects} redirects were found; they may go in a circle.`), retry: false };
}

async function sendOnce(request: FetchRequest, url: string, sending: Sending): Promise<SendOutcome> {
  const connection = new AbortController();
  // A listener for each request would have to be let go after its body, and Node warns of more than ten.
  const signal = AbortSignal.any([request.signal, connection.signal]);
  let late = false;
  const timer = setTimeout(() => { late = true; connection.abort(); }, sending.headersWait);
  try {
    const response = await send(request, url, sending, signal);
    return { ok: true, value: { response, url: response.redirected && response.url ? response.url : url } };
  } catch (error) {
    return { ...unreachable(request, url, sending, late ? undefined : error), retry: true };
  } finally {
    clearTimeout(timer);
  }
}

async function send(request: FetchRequest, url: string, sending: Sending, signal: AbortSignal): Promise<Response> {
  // A redirect to another origin takes no credentials along, not even those of that origin.
  const authorization = new URL(url).origin === new URL(request.url).origin ? sending.authorize(url) : undefined;
  const init: RequestInit = {
    method: request.method ?? 'GET',
    headers: { ...request.headers, ...(sending.gateway === undefined ? authorization && { authorization } : makeGatewayHeaders(request, sending, authorization)) },
    redirect: 'manual', credentials: 'omit', referrerPolicy: 'no-referrer', signal,
    ...(request.cache ? { cache: request.cache } : {}),
  };
  if (sending.gateway !== undefined) return sending.fetch(sending.gateway + encodeURIComponent(url), { ...init, credentials: 'same-origin' });
  const response = await sending.fetch(url, init);
  // A page may not see where a redirect goes, only follow it; what it then reads is checked by hash.
  return response.type === 'opaqueredirect' ? followUnseen(await sending.fetch(url, { ...init, redirect: 'follow' }), url) : response;
}

/** What tools/serve/gateway.mjs reads, besides what it passes on. */
function makeGatewayHeaders({ sha256 }: FetchRequest, { named }: Sending, authorization: string | undefined): Record<string, string> {
  return {
    ...(named.length ? { 'terrarium-indexes': JSON.stringify(named) } : {}),
    ...(authorization === undefined ? {} : { 'terrarium-authorization': authorization }),
    ...(sha256 === undefined ? {} : { 'terrarium-sha256': sha256 }),
  };
}

function followUnseen(response: Response, from: string): Response {
  const refusal = checkUrl(response.url, from, 'a redirect');
  if (refusal) throw new Error(refusal.failure.message);
  return response;
}

function findRedirect(response: Response): string | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  void response.body?.cancel().catch(() => undefined);
  return response.headers.get('location') ?? undefined;
}

async function unwrapGateway(request: FetchRequest, sent: Sent): Promise<SendOutcome> {
  const { response } = sent;
  const failed = response.headers.get(gatewayFailureHeader);
  if (failed === null) return { ok: true, value: { ...sent, url: response.headers.get(finalUrlHeader) ?? request.url } };
  const said = (await response.text().catch(() => '')).slice(0, 500);
  const code = failed === 'unreachable' ? 'supply/unreachable' : 'supply/refused';
  const notes = failed === 'unknown-host' ? [unknownHostNote] : [];
  return { ...fail(code, `Fetching ${request.what} from ${printUrl(request.url)} through the gateway: ${said || failed}`, ...notes), retry: failed === 'unreachable' };
}

/** Tells a gateway that has not seen the listing yet from one that never will: see makeIndex. */
export const unknownHostNote = 'The gateway forwards only to the configured indexes and to the file hosts that their answers name.';

function unreachable(request: FetchRequest, url: string, sending: Sending, error: unknown): ReturnType<typeof fail> {
  const found = error === undefined ? `no answer came within ${sending.headersWait / 1000} s` : printCause(error);
  const readDirectly = sending.gateway === undefined && typeof location !== 'undefined';
  const notes = readDirectly ? ['There is no network, or the index does not let pages of other sites read it (CORS): then `npm start` and its gateway are the way.'] : ['Check the network and try again.'];
  return fail('supply/unreachable', `Fetching ${request.what} from ${printUrl(url)}, ${found}.`, ...notes);
}

/** `fetch failed` says nothing; what it wraps does. */
function printCause(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  // Node's fetch has a limit of its own for this step.
  if (cause?.code === 'UND_ERR_CONNECT_TIMEOUT') return 'no connection was made within the time limit for connecting, 10 s';
  return `the connection failed (${cause?.code ?? cause?.message ?? String((error as Error)?.message ?? error)})`;
}
