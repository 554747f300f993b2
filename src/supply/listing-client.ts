// A distribution's name → the index's listing of its files, as it came (JSON or HTML), kept for a while and asked again by ETag.
import { limits } from '../model/limits';
import { sha256 } from '../formats/bytes/sha256';
import { fail, success, type Outcome } from '../model/failure';
import type { Fetched } from './checked-fetch';
import { checkListing } from './check-listing';
import { findNormalisedName, type IndexAddress } from './index-address';
import type { IndexContext } from './index-context';
import { findAnswer, isFresh, keepAnswer, type KeptAnswer } from './kept-answer';
import { makeSharing } from './share-requests';
import { printUrl } from './url-rules';

/** `undefined`: no index has the name. */
export type ListingOutcome = Outcome<KeptAnswer | undefined>;
export type FoundListing = KeptAnswer & { index: IndexAddress };
export interface Listings {
  fetch(name: string, signal: AbortSignal, options?: { again?: boolean }): Promise<Outcome<FoundListing | undefined>>;
  /** Was it asked for, in this session? */
  knows(name: string): boolean;
}

const accept = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01';
const longestFresh = 10 * 60 * 1000;
/** What memory holds for a name that an index does not have. */
const absent = Symbol('absent');

export function makeListings(context: IndexContext): Listings {
  const sharing = makeSharing<FoundListing | undefined>();
  const asked = new Set<string>();
  const memory = new Map<string, KeptAnswer | typeof absent>();

  async function fetchFrom(index: IndexAddress, name: string, signal: AbortSignal, again: boolean): Promise<ListingOutcome> {
    const url = `${index.url}${name}/`;
    const key = `listings/${await sha256(new TextEncoder().encode(url))}`;
    const known = memory.get(key);
    if (known === absent) return success(undefined);
    const kept = known ?? await findAnswer(context.store, key);
    const told = { url, what: `the listing of ${name}`, from: known ? 'memory' : 'store' } as const;
    if (kept) memory.set(key, kept);
    if (kept && !again && isFresh(kept.facts)) {
      context.log.found({ ...told, ...describe(kept) });
      return success(kept);
    }
    const outcome = await ask(context, url, name, again || (kept && isAbsence(kept)) ? undefined : kept, signal);
    if (!outcome.ok) {
      if (kept && outcome.failure.code === 'supply/unreachable') context.log.found({ ...told, ...describe(kept) });
      return kept ? useKept(outcome, kept, name) : outcome;
    }
    memory.set(key, outcome.value ?? absent);
    // That an index does not have a name is kept for times without network only.
    const answer = outcome.value ?? { facts: { url, contentType: '', fetched: Date.now(), freshFor: 0 }, bytes: new Uint8Array() };
    if (answer.facts.freshFor >= 0) await keepAnswer(context.store, key, answer);
    return outcome;
  }

  function useKept(outcome: ListingOutcome & { ok: false }, kept: KeptAnswer, name: string): ListingOutcome {
    if (outcome.failure.code !== 'supply/unreachable') return outcome;
    context.usedOld(name, kept.facts.fetched);
    return success(isAbsence(kept) ? undefined : kept);
  }

  /** The first index that has the name wins, and a later one is not even asked: it may belong to somebody else. One that cannot be asked stops. */
  async function fetchFirst(name: string, signal: AbortSignal, again: boolean): Promise<Outcome<FoundListing | undefined>> {
    const own = context.indexes.from.get(name);
    for (const [at, index] of (own ?? context.indexes.searched).entries()) {
      const outcome = await fetchFrom(index, name, signal, again);
      if (!outcome.ok) return addIndex(outcome, index, context.indexes.all.length > 1);
      if (!outcome.value) continue;
      tellSource(name, index, own ? 'chosen' : at > 0 ? 'later' : 'first');
      return success({ ...outcome.value, index });
    }
    return success(undefined);
  }

  function tellSource(name: string, index: IndexAddress, why: 'chosen' | 'later' | 'first'): void {
    if (index.byProject) context.note(`The index ${index.name} (${printUrl(index.url)}) was asked because the project names it; no credentials were sent to it.`);
    if (why === 'chosen') context.note(`${name} was taken from the index ${index.name}, as it was to be; no other was asked for it.`);
    if (why === 'later') context.note(`${name} was taken from the index ${index.name}: those before it do not have it.`);
  }

  return {
    knows: (name) => asked.has(name),
    async fetch(name, signal, { again = false } = {}) {
      const normalised = findNormalisedName(name);
      if (normalised === undefined) return fail('resolution/bad-requirement', `Asking the index for "${name.slice(0, 80)}": that is not a distribution's name.`);
      asked.add(normalised);
      return sharing.share(`${normalised}${again ? ' again' : ''}`, signal, () => fetchFirst(normalised, signal, again));
    },
  };
}

/** Which of several it was, people have to know: none after it was asked. */
function addIndex(outcome: Outcome<never> & { ok: false }, { name, byProject }: IndexAddress, several: boolean): Outcome<never> {
  const { code, message, notes } = outcome.failure;
  const advice = byProject && code === 'supply/refused' ? ['The project names this index, so no credentials are sent to it; name it yourself to send yours.'] : [];
  return fail(code, message, ...notes, ...advice, ...(several && code !== 'cancelled' ? [`It is the index ${name}; no other was asked in its place.`] : []));
}

const isAbsence = ({ facts }: KeptAnswer): boolean => facts.contentType === '';
const describe = ({ bytes, sha256 }: KeptAnswer) => ({ size: bytes.length, ...(sha256 === undefined ? {} : { sha256 }) });

async function ask(context: IndexContext, url: string, name: string, kept: KeptAnswer | undefined, signal: AbortSignal): Promise<ListingOutcome> {
  const headers = { accept, ...(context.conditional && kept ? makeConditions(kept) : {}) };
  const fetched = await context.fetchChecked({ url, what: `the listing of ${name}`, headers, most: limits.listing, limit: 'listing', signal, cache: 'no-cache' });
  if (!fetched.ok) return fetched;
  const answer = fetched.value;
  if (answer.status === 404 || answer.status === 410) return success(undefined);
  if (answer.status === 304 && kept) return success({ bytes: kept.bytes, facts: { ...kept.facts, ...makeTimes(answer) }, ...(kept.sha256 === undefined ? {} : { sha256: kept.sha256 }) });
  const checked = checkListing(answer, name);
  if (!checked.ok) return checked;
  return success({ bytes: answer.bytes, sha256: await answer.sha256(), facts: { url: answer.url, contentType: checked.value, ...makeValidators(answer), ...makeTimes(answer) } });
}

function makeConditions({ facts }: KeptAnswer): Record<string, string> {
  if (facts.etag) return { 'if-none-match': facts.etag };
  return facts.lastModified ? { 'if-modified-since': facts.lastModified } : {};
}

function makeValidators({ headers }: Fetched): { etag?: string; lastModified?: string } {
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

/** `freshFor` is -1 where the answer must not be written down. */
function makeTimes({ headers }: Fetched): { fetched: number; freshFor: number } {
  const control = headers.get('cache-control') ?? '';
  const age = /\bmax-age=(\d{1,9})/.exec(control)?.[1];
  const freshFor = /no-store/.test(control) ? -1 : /no-cache/.test(control) ? 0 : Math.min(age === undefined ? longestFresh : Number(age) * 1000, longestFresh);
  return { fetched: Date.now(), freshFor };
}
