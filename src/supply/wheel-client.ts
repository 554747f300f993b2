// A WheelRef → the wheel (or the source archive that one is built of), from the store or the index. Its sha256 is checked on every way in, from the store too.
import { limits } from '../model/limits';
import { makeByteSource } from '../formats/bytes/byte-source';
import { sha256 } from '../formats/bytes/sha256';
import { FormatError } from '../formats/format-error';
import { fail, success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { WheelRef } from '../model/resolution';
import { isPage } from './check-listing';
import { findDifference, type MetadataDifference } from './compare-metadata';
import type { Fetched } from './checked-fetch';
import type { IndexContext } from './index-context';
import { kindOf, nameFile } from './name-file';
import { readWheelMetadata } from './read-wheel-metadata';
import { makeSharing } from './share-requests';
import { printUrl } from './url-rules';

export interface Wheels {
  fetch(wheel: WheelRef, reporter: Reporter): Promise<Outcome<Blob>>;
  find(sha256: string): Promise<Blob | undefined>;
  /** Bytes that arrived otherwise are a wheel after all: checked and kept. */
  keep(wheel: WheelRef, fetched: Identified): Promise<Outcome<Blob>>;
  /** Metadata that was handed out for a wheel before the wheel was here; it must turn out to be the wheel's own. `from`: address that it was read from. */
  promise(sha256: string, promised: { metadata: Uint8Array; from: string }): void;
}

type Identified = Pick<Fetched, 'bytes' | 'sha256'>;

export function makeWheels(context: IndexContext): Wheels {
  const sharing = makeSharing<Blob>();
  const promised = new Map<string, { metadata: Uint8Array; from: string }>();
  const find = (digest: string): Promise<Blob | undefined> => findChecked(context, digest);

  async function keep(wheel: WheelRef, fetched: Identified): Promise<Outcome<Blob>> {
    const refusal = await checkBytes(wheel, fetched);
    if (refusal) return refusal;
    return success(await context.store.put(`wheels/${wheel.sha256}`, fetched.bytes));
  }

  async function fetchWheel(wheel: WheelRef, reporter: Reporter): Promise<Outcome<Blob>> {
    const kept = await find(wheel.sha256);
    const isLocal = /^(dropped|built):/.test(wheel.url);
    if (kept && !isLocal) context.log.found({ url: wheel.url, what: nameFile(wheel.filename), from: 'store', size: kept.size, sha256: wheel.sha256 });
    if (kept) return success(kept);
    if (isLocal) return fail('supply/storage', `Looking for ${nameFile(wheel.filename)} in the local store, nothing was found; it was put there when it was read.`, 'Drop the project again.');
    const fetched = await download(context, wheel, reporter);
    return fetched.ok ? keep(wheel, fetched.value) : fetched;
  }

  async function checkPromise(wheel: WheelRef, blob: Blob): Promise<Outcome<Blob>> {
    const given = promised.get(wheel.sha256);
    promised.delete(wheel.sha256);
    const found = given && (await compare(blob, given.metadata));
    if (!found) return success(blob);
    await context.store.delete(`metadata/${wheel.sha256}`);
    const say = (value: string): string => (value ? `"${value.slice(0, 200)}"` : 'nothing');
    return fail(
      'supply/bad-answer',
      `Checking ${nameFile(wheel.filename)} from ${printUrl(wheel.url)}, its METADATA was found to differ in ${found.field}: it says ${say(found.own)} where the index${nameIndex(context, given.from)} handed out ${say(found.promised)}; they must be the same.`,
      `What the index handed out came from ${printUrl(given.from)}.`, 'The index, or something between, is not to be trusted with this wheel: ask its owner.',
    );
  }

  return {
    find,
    keep,
    promise: (digest, given) => promised.set(digest, given),
    async fetch(wheel, reporter) {
      if (!/^[0-9a-f]{64}$/.test(wheel.sha256)) return fail('supply/bad-answer', `Fetching ${nameFile(wheel.filename)}, no SHA-256 was found for it; without one it cannot be checked.`);
      const outcome = await sharing.share(wheel.sha256, reporter.signal, () => fetchWheel(wheel, reporter));
      return outcome.ok ? checkPromise(wheel, outcome.value) : outcome;
    },
  };
}

async function download(context: IndexContext, wheel: WheelRef, reporter: Reporter): Promise<Outcome<Fetched>> {
  const progress = (done: number, total?: number): void => {
    const whole = total ?? wheel.size;
    reporter.report({ stage: 'fetch', label: wheel.filename, done, ...(whole === undefined ? {} : { total: whole }) });
  };
  const fetched = await context.fetchFile(
    { url: wheel.url, what: nameFile(wheel.filename), sha256: wheel.sha256, most: limits.download, limit: 'download', signal: reporter.signal, progress, resume: context.conditional },
    wheel.filename,
  );
  if (!fetched.ok || fetched.value.status === 200) return fetched;
  return fail('supply/refused', `Fetching ${nameFile(wheel.filename)} from ${printUrl(wheel.url)}, the answer was ${fetched.value.status}; 200 was expected.`, 'The index names the file and does not have it: ask its owner, or choose another version.');
}

async function checkBytes(wheel: WheelRef, { bytes, sha256 }: Identified): Promise<(Outcome<never> & { ok: false }) | undefined> {
  const where = `Checking ${nameFile(wheel.filename)} from ${printUrl(wheel.url)}`;
  const found = await sha256();
  if (found !== wheel.sha256 && isPage(bytes)) return fail('supply/bad-answer', `${where}, a web page was found where ${kindOf(wheel.filename)} was expected.`, 'It may be a log-in page: give credentials with the index.');
  if (found !== wheel.sha256) return fail('supply/wrong-hash', `${where}, the SHA-256 ${found} was found and ${wheel.sha256} was expected.`, `${bytes.length} bytes came${wheel.size === undefined ? '' : ` of ${wheel.size} expected`}; they were thrown away. The file may have been replaced: build again, and ask the owner of the index if it stays so.`);
  if (wheel.size !== undefined && wheel.size !== bytes.length) return fail('supply/bad-answer', `${where}, ${bytes.length} bytes were found and the index promised ${wheel.size}, though the hash is right.`);
  return undefined;
}

async function findChecked({ store }: IndexContext, digest: string): Promise<Blob | undefined> {
  if (!/^[0-9a-f]{64}$/.test(digest)) return undefined;
  const name = `wheels/${digest}`;
  const blob = await store.get(name);
  if (!blob) return undefined;
  if (await sha256(blob).catch(() => '') === digest) return blob;
  await store.delete(name);
  return undefined;
}

/** A wheel that cannot be read is refused later, with a better sentence. */
async function compare(blob: Blob, metadata: Uint8Array): Promise<MetadataDifference | undefined> {
  try {
    return findDifference(metadata, await readWheelMetadata(makeByteSource(blob)));
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** ` default`: the one of that machine, or the only one. */
function nameIndex({ indexes }: IndexContext, url: string): string {
  const origin = URL.canParse(url) ? new URL(url).origin : '';
  const index = indexes.all.length === 1 ? indexes.all[0] : indexes.all.find((one) => new URL(one.url).origin === origin);
  return index ? ` ${index.name}` : '';
}
