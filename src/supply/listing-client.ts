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

/** `undefined`: no index has the name. */
export type ListingOutcome = Outcome<KeptAnswer | undefined>;
export interface Listings {
  fetch(name: string, signal: AbortSignal, options?: { again?: boolean }): Promise<ListingOutcome>;
}

const accept = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01';
const longestFresh = 10 * 60 * 1000;
/** What memory holds for a name that an index does not have. */
const absent = Symbol('absent');

export function makeListings(context: IndexContext): Listings {
  const sharing = makeSharing<KeptAnswer | undefined>();
  const memory = new Map<string, KeptAnswer | typeof absent>();

  async function fetchFrom(index: IndexAddress, name: string, signal: AbortSignal, again: boolean): Promise<ListingOutcome> {
    const url = `${index.url}${name}/`;
    const key = `listings/${await sha256(new TextEncoder().encode(url))}`;
    const known = memory.get(key);
    if (known === absent) return success(undefined);
    const kept = known ?? await findAnswer(context.store, key);
    if (kept) memory.set(key, kept);
    if (kept && !again && isFresh(kept.facts)) return success(kept);
    const outcome = await ask(context, url, name, again ? undefined : kept, signal);
    if (!outcome.ok) return kept ? useKept(outcome, kept, name) : outcome;
    memory.set(key, outcome.value ?? absent);
    if (outcome.value && outcome.value.facts.freshFor >= 0) await keepAnswer(context.store, key, outcome.value);
    return outcome;
  }

  function useKept(outcome: ListingOutcome & { ok: false }, kept: KeptAnswer, name: string): ListingOutcome {
    if (outcome.failure.code !== 'supply/unreachable') return outcome;
    context.note(`The index could not be reached: the listing of ${name} from ${new Date(kept.facts.fetched).toISOString()} was used.`);
    return success(kept);
  }

  /** The first index that has the name wins, and a later one is not even asked: it may belong to somebody else. */
  async function fetchFirst(name: string, signal: AbortSignal, again: boolean): Promise<ListingOutcome> {
    for (const [at, index] of context.indexes.entries()) {
      const outcome = await fetchFrom(index, name, signal, again);
      if (!outcome.ok) return outcome;
      if (outcome.value && at > 0) context.note(`${name} was taken from the index ${index.name}: those before it do not have it.`);
      if (outcome.value) return outcome;
    }
    return success(undefined);
  }

  return {
    async fetch(name, signal, { again = false } = {}) {
      const normalised = findNormalisedName(name);
      if (normalised === undefined) return fail('resolution/bad-requirement', `Asking the index for "${name.slice(0, 80)}": that is not a distribution's name.`);
      return sharing.share(`${normalised}${again ? ' again' : ''}`, signal, () => fetchFirst(normalised, signal, again));
    },
  };
}

async function ask(context: IndexContext, url: string, name: string, kept: KeptAnswer | undefined, signal: AbortSignal): Promise<ListingOutcome> {
  const headers = { accept, ...(context.conditional && kept ? makeConditions(kept) : {}) };
  const fetched = await context.fetchChecked({ url, what: `the listing of ${name}`, headers, most: limits.listing, limit: 'listing', signal, cache: 'no-cache' });
  if (!fetched.ok) return fetched;
  const answer = fetched.value;
  if (answer.status === 404 || answer.status === 410) return success(undefined);
  if (answer.status === 304 && kept) return success({ bytes: kept.bytes, facts: { ...kept.facts, ...makeTimes(answer) } });
  const checked = checkListing(answer, name);
  if (!checked.ok) return checked;
  return success({ bytes: answer.bytes, facts: { url: answer.url, contentType: checked.value, ...makeValidators(answer), ...makeTimes(answer) } });
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
