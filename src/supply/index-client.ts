// Configured indexes, a store and a way to fetch → Index: every want of a round answered at once, every wheel checked.
import { fail, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { Answer } from '../protocol/python';
import type { Index, IndexWant, Store } from '../protocol/supply';
import { makeCheckedFetch, type Fetch, type Fetched, type FetchLimits, type FetchRequest } from './checked-fetch';
import { findNormalisedName, makeIndexAddresses, type IndexConfig } from './index-address';
import type { IndexContext } from './index-context';
import { makeListings, type Listings } from './listing-client';
import { makeMetadata } from './metadata-client';
import { runBounded } from './run-bounded';
import { unknownHostNote } from './send-request';
import { checkUrl, isLoopback } from './url-rules';
import { makeWheels } from './wheel-client';

export interface IndexSettings {
  /** In order of preference. Credentials in an address are taken out and sent to its origin only. */
  indexes: readonly IndexConfig[];
  store: Store;
  /** Prefix of the same-origin gateway: `/gateway?url=`. */
  gateway?: string;
  fetch?: Fetch;
  limits?: Partial<FetchLimits>;
}

/** As many connections as a browser opens over one HTTP/2 session without queueing much. */
const width = 16;

interface Body { bytes?: Uint8Array; url?: string; contentType?: string; problem?: Answer['problem'] }

export function makeIndex(settings: IndexSettings): Omit<Index, 'takeNotices'> & { takeNotices(): string[] } {
  const notices = new Set<string>();
  const { indexes, credentials } = makeIndexAddresses(settings.indexes);
  const fetchChecked = makeCheckedFetch({
    credentials,
    ...(settings.fetch ? { fetch: settings.fetch } : {}),
    ...(settings.limits ? { limits: settings.limits } : {}),
    ...(settings.gateway === undefined ? {} : { gateway: settings.gateway }),
  });
  const context: IndexContext = {
    indexes, store: settings.store, fetchChecked,
    fetchFile: (request, filename) => fetchFile(request, filename, context, listings),
    conditional: settings.gateway !== undefined || typeof location === 'undefined',
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
    return { bytes: outcome.value.bytes, url: outcome.value.facts.url, contentType: outcome.value.facts.contentType };
  }

  return {
    async answer(wants, reporter) {
      const bodies = await runBounded(wants, width, (want) => answerOne(want, reporter));
      if (reporter.signal.aborted) return fail('cancelled', 'Cancelled while the index was asked.');
      return joinAnswers(wants, bodies);
    },
    wheel: (wheel, reporter) => wheels.fetch(wheel, reporter),
    takeNotices() {
      // Answers come in any order; what is told of them does not.
      const taken = [...notices].sort();
      notices.clear();
      return taken;
    },
  };
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
  const refusal = checkUrl(request.url, findNamer(context), request.what);
  if (refusal) return refusal as Outcome<Fetched>;
  const fetched = await context.fetchChecked(request);
  if (fetched.ok || !fetched.failure.notes.includes(unknownHostNote)) return fetched;
  const name = findNormalisedName(filename.split('-')[0]!);
  if (name === undefined) return fetched;
  await listings.fetch(name, request.signal, { again: true });
  return context.fetchChecked(request);
}

/** An address in this machine is allowed where an index of this machine is configured. */
function findNamer({ indexes }: IndexContext): string | undefined {
  return (indexes.find(({ url }) => isLoopback(new URL(url).hostname)) ?? indexes[0])?.url;
}
