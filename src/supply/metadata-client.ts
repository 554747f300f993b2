// A wheel's address → its METADATA by the cheapest way: the store, a PEP 658 file, the wheel's tail by range, the whole wheel.
import { limits } from '../model/limits';
import { makeByteSource } from '../formats/bytes/byte-source';
import { FormatError } from '../formats/format-error';
import { fail, success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { Want } from '../protocol/python';
import type { Fetched } from './checked-fetch';
import type { IndexContext } from './index-context';
import { findAnswer, keepAnswer } from './kept-answer';
import { nameFile } from './name-file';
import { makeRangeSource, RangesRefused } from './range-source';
import { readWheelMetadata } from './read-wheel-metadata';
import { makeSharing } from './share-requests';
import { printUrl } from './url-rules';
import type { Wheels } from './wheel-client';

export type MetadataWant = Extract<Want, { kind: 'metadata' }>;
export type MetadataOutcome = Outcome<Uint8Array>;
export interface Metadata { fetch(want: MetadataWant, reporter: Reporter): Promise<MetadataOutcome> }

/** Smaller wheels are fetched whole at once: they will be needed, and the tail would cost as much. */
const smallWheel = 64 * 1024;

export function makeMetadata(context: IndexContext, wheels: Wheels): Metadata {
  const sharing = makeSharing<Uint8Array>();
  return {
    fetch(given, reporter) {
      const want = normalise(given);
      return sharing.share(want.sha256 ?? want.url, reporter.signal, () => fetchMetadata(context, wheels, want, reporter));
    },
  };
}

/** The digest names what the store keeps: one that is no SHA-256 counts as absent. */
function normalise({ sha256: digest, ...rest }: MetadataWant): MetadataWant {
  const lower = digest?.toLowerCase() ?? '';
  return /^[0-9a-f]{64}$/.test(lower) ? { ...rest, sha256: lower } : rest;
}

async function fetchMetadata(context: IndexContext, wheels: Wheels, want: MetadataWant, reporter: Reporter): Promise<MetadataOutcome> {
  const near = await findNear(context, wheels, want);
  if (near) return success(near);
  const announced = want.metadataSha256 === undefined ? undefined : await fetchAnnounced(context, want, want.metadataSha256, reporter);
  const outcome = announced ?? (await fetchFromWheel(context, wheels, want, reporter));
  if (!outcome.ok || want.sha256 === undefined) return outcome;
  const url = announced ? addSuffix(want.url) : want.url;
  wheels.promise(want.sha256, { metadata: outcome.value, from: url });
  const facts = { url, contentType: 'text/plain', fetched: Date.now(), freshFor: 0 };
  await keepAnswer(context.store, `metadata/${want.sha256}`, { facts, bytes: outcome.value });
  return outcome;
}

async function findNear({ store, log }: IndexContext, wheels: Wheels, { sha256: digest, filename, url }: MetadataWant): Promise<Uint8Array | undefined> {
  if (digest === undefined) return undefined;
  const kept = await findAnswer(store, `metadata/${digest}`);
  if (kept) {
    wheels.promise(digest, { metadata: kept.bytes, from: kept.facts.url });
    log.found({ url: kept.facts.url, what: `the metadata of ${filename}`, from: 'store', size: kept.bytes.length, sha256: kept.sha256 });
    return kept.bytes;
  }
  const wheel = await wheels.find(digest);
  if (!wheel) return undefined;
  const read = await readBytes(wheel);
  if (read.ok) log.found({ url, what: `the metadata of ${filename}, from the wheel`, from: 'store', size: read.value.length });
  return read.ok ? read.value : undefined;
}

/** Undefined where the index announces the file and does not have it: there are other ways. A wrong hash is no such case. */
async function fetchAnnounced(context: IndexContext, want: MetadataWant, expected: string, reporter: Reporter): Promise<MetadataOutcome | undefined> {
  const what = `the metadata of ${want.filename}`;
  const fetched = await context.fetchFile({ url: addSuffix(want.url), what, most: limits.metadata, limit: 'metadata', signal: reporter.signal }, want.filename);
  if (!fetched.ok) return fetched.failure.code === 'supply/refused' ? undefined : fetched;
  if (fetched.value.status !== 200) return undefined;
  const found = await fetched.value.sha256();
  if (found === expected.toLowerCase()) return success(fetched.value.bytes);
  return fail('supply/wrong-hash', `Checking ${what} from ${printUrl(want.url)}.metadata, the SHA-256 ${found} was found and ${expected} was expected.`, 'The index, or something between, altered it: ask its owner.');
}

function addSuffix(url: string): string {
  if (!URL.canParse(url)) return url;
  const address = new URL(url);
  address.hash = '';
  address.pathname += '.metadata';
  return address.href;
}

async function fetchFromWheel(context: IndexContext, wheels: Wheels, want: MetadataWant, reporter: Reporter): Promise<MetadataOutcome> {
  const size = want.size ?? await findSize(context, want, reporter);
  if (size === undefined || size <= smallWheel) return fetchWhole(context, wheels, want, reporter);
  try {
    const source = makeRangeSource(size, (range) =>
      context.fetchFile({ url: want.url, what: `the metadata of ${want.filename}`, headers: { range }, most: Math.min(Math.max(size, smallWheel), limits.download), signal: reporter.signal }, want.filename));
    return success(await readWheelMetadata(source));
  } catch (error) {
    if (error instanceof RangesRefused && error.failure?.code === 'cancelled') return { ok: false, failure: error.failure };
    if (error instanceof RangesRefused && error.whole) return readWhole(wheels, want, error.whole);
    if (!(error instanceof RangesRefused) && !(error instanceof FormatError)) throw error;
    return fetchWhole(context, wheels, want, reporter);
  }
}

async function findSize(context: IndexContext, want: MetadataWant, reporter: Reporter): Promise<number | undefined> {
  const head = await context.fetchFile({ url: want.url, method: 'HEAD', what: `the size of ${want.filename}`, most: 0, signal: reporter.signal }, want.filename);
  const length = head.ok && head.value.status === 200 ? head.value.headers.get('content-length') : null;
  return length !== null && /^\d{1,12}$/.test(length) ? Number(length) : undefined;
}

async function fetchWhole(context: IndexContext, wheels: Wheels, want: MetadataWant, reporter: Reporter): Promise<MetadataOutcome> {
  if (want.sha256 !== undefined) {
    const wheel = await wheels.fetch({ filename: want.filename, url: want.url, sha256: want.sha256, pure: false, ...(want.size === undefined ? {} : { size: want.size }) }, reporter);
    return wheel.ok ? readNamed(want, wheel.value) : wheel;
  }
  const fetched = await context.fetchFile({ url: want.url, what: nameFile(want.filename), most: limits.download, signal: reporter.signal }, want.filename);
  if (!fetched.ok) return fetched;
  if (fetched.value.status === 200) return readNamed(want, fetched.value.bytes);
  return fail('supply/refused', `Fetching ${nameFile(want.filename)} from ${printUrl(want.url)}, the answer was ${fetched.value.status}; 200 was expected.`, 'The index names the file and does not have it.');
}

async function readWhole(wheels: Wheels, want: MetadataWant, whole: Fetched): Promise<MetadataOutcome> {
  const { bytes } = whole;
  if (want.sha256 === undefined) return readNamed(want, bytes);
  const kept = await wheels.keep({ filename: want.filename, url: want.url, sha256: want.sha256, pure: false, ...(want.size === undefined ? {} : { size: want.size }) }, whole);
  return kept.ok ? readNamed(want, bytes) : kept;
}

async function readNamed(want: MetadataWant, wheel: Uint8Array | Blob): Promise<MetadataOutcome> {
  const read = await readBytes(wheel);
  return read.ok ? read : fail(read.failure.code, `Reading the metadata of ${want.filename}: ${read.failure.message}.`, ...read.failure.notes);
}

async function readBytes(wheel: Uint8Array | Blob): Promise<MetadataOutcome> {
  try {
    return success(await readWheelMetadata(makeByteSource(wheel)));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return fail('wheel/invalid', error.message.replace(/\.$/, ''), ...error.notes);
  }
}
