// Which URLs the gateway forwards to: listings of the configured indexes and of those that the page names, the origins of the files that those
// listings named, and single files whose hash the page knows.
import { isLoopbackName, isPrivateLiteral } from './addresses.mjs';

/** `indexes`: `[{name, url}]`, credentials included where there are any. They stay in here. */
export function makeAllowedTargets(indexes) {
  const places = indexes.map(readIndex);
  const fileOrigins = new Set();
  const seen = new Set();

  /**
   * `named`: indexes that the page was given, read by readNamed. `promised`: the page knows the SHA-256 of what it asks for.
   * `{ok: true, listing, own, promised, authorization}` or `{ok: false, reason, message}`; `promised`: only its hash allows it.
   */
  function judge(text, { redirectedFrom, named = [], promised = false } = {}) {
    const url = parse(text);
    if (!url) return refuse('refused', 'the address is not an absolute URL without credentials.');
    const known = [...named, ...places];
    // What only the project names may be anywhere but in the user's own network.
    const own = known.some(({ origin, byProject }) => origin === url.origin && !byProject);
    if (url.protocol !== 'https:' && !(own && url.protocol === 'http:')) return refuse('refused', `the scheme is ${url.protocol} and https: is expected.`);
    if (!own && isPrivateLiteral(url.hostname)) return refuse('refused', `${url.hostname} is an address in a private network.`);
    const listing = known.some(({ origin, path }) => origin === url.origin && url.pathname.startsWith(path) && /^[^/]+\/?$/.test(url.pathname.slice(path.length)));
    const redirected = redirectedFrom !== undefined && known.some(({ origin }) => origin === redirectedFrom);
    const allowed = listing || redirected || fileOrigins.has(url.origin);
    if (!allowed && !(promised && url.protocol === 'https:')) return refuse('unknown-host', `${url.host} is neither a configured index nor a host that one of them named.`);
    return { ok: true, url, listing, own, promised: !allowed, authorization: findPlace(known, url)?.authorization };
  }

  /** Remembers the origins of a listing's files. */
  function learn(listingUrl, body) {
    seen.add(listingUrl);
    const base = new URL(listingUrl);
    for (const named of findLinks(body)) {
      const url = parse(named, base);
      if (!url) continue;
      const local = url.protocol === 'http:' && isLoopbackName(url.hostname) && url.origin === base.origin;
      if (url.protocol === 'https:' || local) fileOrigins.add(url.origin);
    }
  }

  return { judge, learn, wasSeen: (listingUrl) => seen.has(listingUrl) };
}

/** The page's header: `[{url, byProject}]`; undefined where it is none. `authorization` goes to the origin of the address asked for. */
export function readNamed(text, asked, authorization) {
  if (text === undefined) return [];
  try {
    return JSON.parse(text).map(({ url, byProject }) => {
      const { origin, path } = readIndex({ url });
      return { origin, path, byProject: byProject !== false, ...(authorization !== undefined && origin === new URL(asked).origin && { authorization }) };
    });
  } catch {
    return undefined;
  }
}

/** Of several indexes of one origin the one that the address lies in; files lie anywhere, and then one that has credentials is meant. */
function findPlace(known, url) {
  const own = known.filter(({ origin }) => origin === url.origin);
  const around = own.filter(({ path }) => url.pathname.startsWith(path)).sort((a, b) => b.path.length - a.path.length);
  return around[0] ?? own.find(({ authorization }) => authorization !== undefined);
}

const refuse = (reason, message) => ({ ok: false, reason, message });

function readIndex({ url }) {
  const { origin, pathname, username, password } = new URL(url);
  const authorization = username ? `Basic ${Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64')}` : undefined;
  return { origin, path: pathname.endsWith('/') ? pathname : `${pathname}/`, authorization };
}

/** A percent sign that begins no escape stands for itself: passwords have them. */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parse(text, base) {
  if (!URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  return url.username || url.password ? undefined : url;
}

/** Links of a listing in JSON (`"url": "…"`) or HTML (`href="…"`). */
function* findLinks(body) {
  const text = body.toString('utf8');
  if (/^\s*\{/.test(text)) {
    for (const [, quoted] of text.matchAll(/"url"\s*:\s*("(?:[^"\\]|\\.)*")/g)) yield* parseText(quoted);
  } else {
    for (const [, , url] of text.matchAll(/\bhref\s*=\s*(["'])(.*?)\1/gi)) yield url.replaceAll('&amp;', '&');
  }
}

/** One text, or none where the quotes hold what JSON does not allow: the page will say so of the whole listing. */
function* parseText(quoted) {
  try {
    yield JSON.parse(quoted);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}
