// Configured indexes, a store and a way to fetch → Index: every want of a round answered at once, every wheel checked.
import { success, type Outcome } from '../model/failure';
import type { IndexChoice } from '../model/index-choice';
import type { Reporter } from '../model/progress';
import type { Answer } from '../protocol/python';
import type { Index, IndexWant, Store } from '../protocol/supply';
import { makeCheckedFetch, type Fetch, type Fetched, type FetchLimits, type FetchRequest } from './checked-fetch';
import { chooseIndexes, type ChosenIndexes } from './choose-indexes';
import { findAuthorization, findNormalisedName, makeIndexAddress, type IndexAddress, type IndexConfig } from './index-address';
import type { IndexContext } from './index-context';
import { makeListings, type Listings } from './listing-client';
import { makeMetadata } from './metadata-client';
import { nameFile } from './name-file';
import { makeNetworkLog, type RecordingLog } from './network-log';
import { runBounded } from './run-bounded';
import { unknownHostNote } from './send-request';
import { untilCancelled } from './until-cancelled';
import { checkUrl, isPrivate } from './url-rules';
import { makeWheels } from './wheel-client';

export interface IndexSettings {
  /** Those that are set up here, in order of preference. Credentials in an address are taken out and sent to its origin only. */
  indexes: readonly IndexConfig[];
  store: Store;
  /** Prefix of the same-origin gateway: `/gateway?url=`. */
  gateway?: string;
  fetch?: Fetch;
  limits?: Partial<FetchLimits>;
  log?: RecordingLog;
  /** Nothing is fetched: what the store does not have is missing. */
  offline?: boolean;
}

/** As many connections as a browser opens over one HTTP/2 session without queueing much. */
const width = 16;

interface Body { bytes?: Uint8Array; url?: string; contentType?: string; index?: string; problem?: Answer['problem'] }

export type OpenIndex = Required<Omit<Index, 'takeNotices'>> & { takeNotices(): string[] };

/** A Failure where the choice is none that can be followed. */
export function openIndex(choice: IndexChoice, settings: IndexSettings): Outcome<OpenIndex> {
  const chosen = chooseIndexes(choice, settings.indexes);
  return chosen.ok ? success(makeClient(chosen.value, settings)) : chosen;
}

/** Over those that are set up. */
export function makeIndex(settings: IndexSettings): OpenIndex {
  const searched = settings.indexes.map(makeIndexAddress);
  return makeClient({ searched, from: new Map(), all: searched }, settings);
}

function makeClient(indexes: ChosenIndexes, settings: IndexSettings): OpenIndex {
  const notices = new Set<string>();
  const old = new Map<string, number>();
  const { log = makeNetworkLog(0), offline = false } = settings;
  const fetchChecked = makeCheckedFetch({
    authorize: (url) => findAuthorization(indexes.all, url),
    named: findNamed(indexes, settings.indexes),
    log, offline,
    ...(settings.fetch ? { fetch: settings.fetch } : {}),
    ...(settings.limits ? { limits: settings.limits } : {}),
    ...(settings.gateway === undefined ? {} : { gateway: settings.gateway }),
  });
  const context: IndexContext = {
    indexes, store: settings.store, fetchChecked, log,
    fetchFile: (request, filename) => fetchFile(request, filename, context, listings),
    conditional: settings.gateway !== undefined || typeof location === 'undefined',
    usedOld: (name, fetched) => old.set(name, fetched),
    note: (line) => notices.add(line),
  };
  const listings = makeListings(context);
  const wheels = makeWheels(context);
  const metadata = makeMetadata(context, wheels);

  async function answerOne(want: IndexWant, reporter: Reporter): Promise<Body> {
    if (want.kind === 'metadata') {
      const outcome = await metadata.fetch(want, reporter);
      return outcome.ok ? { bytes: outcome.value } : { problem: outcome.failure };
    }
    const outcome = await listings.fetch(want.name, reporter.signal);
    if (!outcome.ok) return { problem: outcome.failure };
    if (!outcome.value) return {};
    const { facts, bytes, index } = outcome.value;
    return { bytes, url: facts.url, contentType: facts.contentType, index: index.url };
  }

  return {
    key: printKey(indexes),
    answer(wants, reporter) {
      const work = runBounded(wants, width, (want) => answerOne(want, reporter)).then((bodies) => joinAnswers(wants, bodies));
      return untilCancelled(work, reporter.signal, 'Cancelled while the index was asked.');
    },
    wheel: (wheel, reporter) => untilCancelled(wheels.fetch(wheel, reporter), reporter.signal, `Cancelled while ${nameFile(wheel.filename)} was fetched.`),
    async findMissing(refs) {
      const found = await runBounded(refs, 4, ({ sha256 }) => wheels.find(sha256));
      return refs.filter((_, at) => !found[at]);
    },
    takeNotices() {
      // Answers come in any order; what is told of them does not.
      const taken = [...describeOld(old), ...[...notices].sort()];
      notices.clear();
      old.clear();
      return taken;
    },
  };
}

function describeOld(old: ReadonlyMap<string, number>): string[] {
  if (old.size === 0) return [];
  const names = [...old.keys()].sort();
  const more = names.length > 10 ? ` and ${names.length - 10} more` : '';
  const oldest = new Date(Math.min(...old.values())).toISOString();
  const listings = names.length === 1 ? `the listing of ${names[0]} from ${oldest} was used` : `the listings of ${names.slice(0, 10).join(', ')}${more}, the oldest from ${oldest}, were used`;
  return [`The index could not be reached: ${listings}. There may be newer versions.`];
}

function joinAnswers(wants: readonly IndexWant[], bodies: readonly Body[]): Outcome<{ answers: Answer[]; blobs: Uint8Array[] }> {
  const blobs: Uint8Array[] = [];
  const answers = wants.map((want, at): Answer => {
    const { bytes, ...rest } = bodies[at]!;
    return bytes ? { want, ...rest, blob: blobs.push(bytes) - 1 } : { want, ...rest };
  });
  return { ok: true, value: { answers, blobs } };
}

/** The gateway learns file hosts from listings: one that was started since has to see the listing first. */
async function fetchFile(request: FetchRequest, filename: string, context: IndexContext, listings: Listings): Promise<Outcome<Fetched>> {
  const refusal = checkUrl(request.url, findNamer(context.indexes.all, request.url), request.what);
  if (refusal) return refusal as Outcome<Fetched>;
  const fetched = await context.fetchChecked(request);
  if (fetched.ok || !fetched.failure.notes.includes(unknownHostNote)) return fetched;
  const name = findNormalisedName(filename.split('-')[0]!);
  // A name that was never looked up is not looked up for this either, while there are other ways to the file.
  const part = request.method === 'HEAD' || request.headers?.range !== undefined;
  if (name === undefined || (part && !listings.knows(name))) return fetched;
  await listings.fetch(name, request.signal, { again: true });
  return context.fetchChecked(request);
}

/** An address in a private network is allowed where an index lies there that somebody named; else a public index may have named it. */
function findNamer(indexes: readonly IndexAddress[], url: string): string | undefined {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  const near = indexes.find((index) => !index.byProject && new URL(index.url).hostname === host);
  return (near ?? indexes.find((index) => !isPrivate(new URL(index.url).hostname)) ?? indexes[0])?.url;
}

/** Those that the gateway was not set up with: it has to be told. */
function findNamed({ all }: ChosenIndexes, configured: readonly IndexConfig[]): { url: string; byProject: boolean }[] {
  const known = new Set(configured.map((index) => makeIndexAddress(index).url));
  return all.filter(({ url }) => !known.has(url)).map(({ url, byProject }) => ({ url, byProject }));
}

const printKey = ({ searched, from }: ChosenIndexes): string =>
  JSON.stringify([searched.map(({ url }) => url), [...from].map(([name, indexes]) => [name, indexes.map(({ url }) => url)]).sort()]);
