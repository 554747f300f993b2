// The same-origin gateway: forwards GET and HEAD to the indexes and their file hosts, and nothing else (allowed-targets.mjs).
// A listing is held for a moment to learn the hosts that it names; files stream through. What the page says beside an address it says in headers:
// `terrarium-indexes` and `terrarium-authorization` (indexes that it was given), `terrarium-sha256` (of the file).
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { rootCertificates } from 'node:tls';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { lookupPublic } from './addresses.mjs';
import { makeAllowedTargets, readNamed } from './allowed-targets.mjs';
import { makePromiseGate } from './promise-gate.mjs';

const forwarded = ['range', 'if-range', 'if-none-match', 'if-modified-since', 'accept'];
const passedBack = ['etag', 'last-modified', 'content-type', 'content-range', 'accept-ranges', 'cache-control', 'retry-after'];
const mostRedirects = 5;
const mostListing = 60 * 2 ** 20;
const idle = 30_000;

/** Gives `{handle(request, response, url), close()}`. */
export function makeGateway(indexes) {
  const targets = makeAllowedTargets(indexes);
  const ca = findExtraCertificates();
  const agents = { 'http:': new http.Agent({ keepAlive: true, maxSockets: 16 }), 'https:': new https.Agent({ keepAlive: true, maxSockets: 16, ...(ca && { ca }) }) };
  return {
    handle(request, response, url) {
      const about = readHeaders(request.headers, url);
      if (!about) return refuse(response, 400, 'refused', 'what the page says of its indexes cannot be read.');
      return forward({ request, response, targets, agents, ...about, first: URL.canParse(url) ? new URL(url).origin : '' }, url, 0);
    },
    close: () => Object.values(agents).forEach((agent) => agent.destroy()),
  };
}

function readHeaders(headers, url) {
  const named = URL.canParse(url) ? readNamed(headers['terrarium-indexes'], url, headers['terrarium-authorization']) : [];
  const sha256 = headers['terrarium-sha256'];
  return named && { named, sha256: /^[0-9a-f]{64}$/.test(sha256 ?? '') ? sha256 : undefined };
}

function forward(exchange, text, hop, redirectedFrom) {
  const { request, response, targets, agents, named, sha256, first } = exchange;
  const verdict = targets.judge(text, { redirectedFrom, named, promised: sha256 !== undefined && request.method === 'GET' && request.headers.range === undefined });
  if (!verdict.ok) return refuse(response, 403, verdict.reason, verdict.message);
  const { url, listing, own, promised } = verdict;
  // A redirect to another origin takes no credentials along, not even those of that origin.
  const authorization = url.origin === first ? verdict.authorization : undefined;
  const upstream = (url.protocol === 'https:' ? https : http).request(url, {
    method: request.method, agent: agents[url.protocol], headers: makeHeaders(request, { ...verdict, authorization }, targets),
    // The configured index may well live in the user's own network; what it names may not.
    ...(own ? {} : { lookup: lookupPublic }),
    timeout: idle,
  });
  upstream.on('timeout', () => upstream.destroy(new Error(`nothing came for ${idle / 1000} s`)));
  upstream.on('error', (error) => breakOff(response, url, error));
  upstream.on('upgrade', (answer, socket) => {
    socket.destroy();
    breakOff(response, url, new Error('it wants to speak another protocol'));
  });
  upstream.on('response', (answer) => {
    if (answer.statusCode < 200 || answer.statusCode > 599) return upstream.destroy(new Error(`it answered with the status ${answer.statusCode}`));
    const location = [301, 302, 303, 307, 308].includes(answer.statusCode) ? answer.headers.location : undefined;
    if (location !== undefined) return redirect(exchange, answer, url, location, hop);
    if (listing) return passListing(exchange, answer, url);
    return promised ? passPromised(exchange, answer, url) : passFile(request, response, answer, url);
  });
  response.on('close', () => upstream.destroy());
  upstream.end();
}

function makeHeaders(request, { url, listing, authorization }, targets) {
  const headers = { 'user-agent': 'terrarium', 'accept-encoding': listing ? 'gzip, deflate, br' : 'identity' };
  for (const name of forwarded) if (request.headers[name] !== undefined) headers[name] = request.headers[name];
  // A 304 would teach nothing: a listing is seen whole once.
  if (listing && !targets.wasSeen(url.href)) for (const name of ['if-none-match', 'if-modified-since']) delete headers[name];
  if (authorization) headers.authorization = authorization;
  return headers;
}

function redirect(exchange, answer, url, location, hop) {
  answer.resume();
  if (hop >= mostRedirects) return refuse(exchange.response, 403, 'refused', `more than ${mostRedirects} redirects were found; they may go in a circle.`);
  if (!URL.canParse(location, url)) return refuse(exchange.response, 403, 'refused', 'a redirect without a proper address was found.');
  return forward(exchange, new URL(location, url).href, hop + 1, url.origin);
}

function pickHeaders(answer, url) {
  const kept = passedBack.filter((name) => answer.headers[name] !== undefined).map((name) => [name, answer.headers[name]]);
  // Opened as a page, what somebody else wrote must not run under this origin.
  return { ...Object.fromEntries(kept), 'terrarium-url': url.href, 'content-disposition': 'attachment', 'content-security-policy': "default-src 'none'; sandbox" };
}

function passFile(request, response, answer, url, body = answer) {
  const length = answer.headers['content-length'];
  response.writeHead(answer.statusCode, { ...pickHeaders(answer, url), ...(length === undefined ? {} : { 'content-length': length }) });
  // A body that breaks off must look broken to the page as well.
  answer.on('aborted', () => response.destroy());
  answer.on('error', () => response.destroy());
  return body.pipe(response);
}

/**
 * From a host that no index named: an archive with the promised hash, or nothing. A web page does not get past its first bytes, and whatever
 * turns out to be something else breaks off before its end, so that nobody can read through here what he does not have already.
 */
function passPromised({ request, response, sha256 }, answer, url) {
  if (answer.statusCode !== 200) return answer.resume() && refuse(response, 403, 'refused', `${url.host} answered with the status ${answer.statusCode}, and only a file was to be had from there.`);
  const gate = makePromiseGate(sha256);
  gate.on('error', (error) => {
    answer.destroy();
    refuse(response, 403, 'refused', `${url.host} ${error.message}.`);
  });
  gate.once('checked', () => passFile(request, response, answer, url, gate));
  for (const broken of ['aborted', 'error']) answer.on(broken, () => gate.destroy(new Error('broke the connection')));
  return answer.pipe(gate);
}

function passListing({ request, response, targets }, answer, url) {
  const chunks = [];
  let size = 0;
  const body = decode(answer);
  body.on('data', (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > mostListing) answer.destroy(new Error(`the listing is larger than ${mostListing} bytes`));
  });
  for (const stream of new Set([answer, body])) stream.on('error', (error) => breakOff(response, url, error));
  answer.on('aborted', () => breakOff(response, url, new Error('the connection broke')));
  body.on('end', () => {
    if (response.headersSent || response.destroyed) return;
    const bytes = Buffer.concat(chunks);
    if (answer.statusCode === 200 && request.method === 'GET') targets.learn(url.href, bytes);
    response.writeHead(answer.statusCode, { ...pickHeaders(answer, url), ...(answer.statusCode === 304 ? {} : { 'content-length': bytes.length }) });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  });
}

function decode(answer) {
  const makers = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress };
  const make = makers[answer.headers['content-encoding']];
  return make && answer.statusCode !== 304 ? answer.pipe(make()) : answer;
}

/** The page tells these from what the index said by the header. */
function refuse(response, status, reason, message) {
  if (response.headersSent || response.destroyed) return response.destroy();
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'terrarium-failure': reason });
  return response.end(message);
}

function breakOff(response, url, error) {
  if (error.code === 'EPRIVATE') return refuse(response, 403, 'refused', `${error.message}.`);
  return refuse(response, 502, 'unreachable', `${url.host} could not be reached (${error.code ?? error.message}).`);
}

/** Certificates that pip trusts on this machine, beside those that Node brings. */
function findExtraCertificates() {
  const file = process.env.PIP_CERT ?? process.env.REQUESTS_CA_BUNDLE ?? process.env.SSL_CERT_FILE;
  try {
    return file ? [...rootCertificates, readFileSync(file, 'utf8')] : undefined;
  } catch {
    return undefined;
  }
}
