// A WheelRef → the wheel, from the store or the index. Its sha256 is checked on every way in, from the store too.
import { limits } from '../model/limits';
import { makeByteSource } from '../formats/bytes/byte-source';
import { sha256 } from '../formats/bytes/sha256';
import { FormatError } from '../formats/format-error';
import { fail, success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { WheelRef } from '../model/resolution';
import { isPage } from './check-listing';
import type { Fetched } from './checked-fetch';
import type { IndexContext } from './index-context';
import { readWheelMetadata } from './read-wheel-metadata';
import { makeSharing } from './share-requests';
import { printUrl } from './url-rules';

export interface Wheels {
  fetch(wheel: WheelRef, reporter: Reporter): Promise<Outcome<Blob>>;
  find(sha256: string): Promise<Blob | undefined>;
  /** Bytes that arrived otherwise are a wheel after all: checked and kept. */
  keep(wheel: WheelRef, bytes: Uint8Array): Promise<Outcome<Blob>>;
  /** Metadata that was handed out for a wheel before the wheel was here; it must turn out to be the wheel's own. */
  promise(sha256: string, metadata: Uint8Array): void;
}

export function makeWheels(context: IndexContext): Wheels {
  const sharing = makeSharing<Blob>();
  const promised = new Map<string, Uint8Array>();
  const find = (digest: string): Promise<Blob | undefined> => findChecked(context, digest);

  async function keep(wheel: WheelRef, bytes: Uint8Array): Promise<Outcome<Blob>> {
    const refusal = await checkBytes(wheel, bytes);
    if (refusal) return refusal;
    return success(await context.store.put(`wheels/${wheel.sha256}`, bytes));
  }

  async function fetchWheel(wheel: WheelRef, reporter: Reporter): Promise<Outcome<Blob>> {
    const kept = await find(wheel.sha256);
    if (kept) return success(kept);
    if (/^(dropped|built):/.test(wheel.url)) return fail('supply/storage', `Looking for the wheel ${wheel.filename} in the local store, nothing was found; it was put there when it was read.`, 'Drop the project again.');
    const fetched = await download(context, wheel, reporter);
    return fetched.ok ? keep(wheel, fetched.value.bytes) : fetched;
  }

  async function checkPromise(wheel: WheelRef, blob: Blob): Promise<Outcome<Blob>> {
    const metadata = promised.get(wheel.sha256);
    promised.delete(wheel.sha256);
    if (!metadata || await isOwnMetadata(blob, metadata)) return success(blob);
    await context.store.delete(`metadata/${wheel.sha256}`);
    return fail('supply/bad-answer', `Checking the wheel ${wheel.filename}, its METADATA was found to differ from what the index handed out for it; they must be the same.`, 'The index, or something between, is not to be trusted with this wheel: ask its owner.');
  }

  return {
    find,
    keep,
    promise: (digest, metadata) => promised.set(digest, metadata),
    async fetch(wheel, reporter) {
      if (!/^[0-9a-f]{64}$/.test(wheel.sha256)) return fail('supply/bad-answer', `Fetching the wheel ${wheel.filename}, no SHA-256 was found for it; without one it cannot be checked.`);
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
    { url: wheel.url, what: `the wheel ${wheel.filename}`, most: limits.download, limit: 'download', signal: reporter.signal, progress },
    wheel.filename,
  );
  if (!fetched.ok || fetched.value.status === 200) return fetched;
  return fail('supply/refused', `Fetching the wheel ${wheel.filename} from ${printUrl(wheel.url)}, the answer was ${fetched.value.status}; 200 was expected.`, 'The index names the file and does not have it: ask its owner, or choose another version.');
}

async function checkBytes(wheel: WheelRef, bytes: Uint8Array): Promise<(Outcome<never> & { ok: false }) | undefined> {
  const where = `Checking the wheel ${wheel.filename} from ${printUrl(wheel.url)}`;
  const found = await sha256(bytes);
  if (found !== wheel.sha256 && isPage(bytes)) return fail('supply/bad-answer', `${where}, a web page was found where a wheel was expected.`, 'It may be a log-in page: give the credentials in the pip configuration.');
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
async function isOwnMetadata(blob: Blob, metadata: Uint8Array): Promise<boolean> {
  try {
    const own = await readWheelMetadata(makeByteSource(blob));
    return own.length === metadata.length && own.every((byte, at) => byte === metadata[at]);
  } catch (error) {
    if (error instanceof FormatError) return true;
    throw error;
  }
}
