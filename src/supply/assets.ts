// Files that were made at set-up (runtimes, launchers, config.json), by path below the app's folder: behind a URL, or on disk (assets-disk.ts).
import { sha256 } from '../formats/bytes/sha256';
import { fail, success, type Outcome } from '../model/failure';
import type { Store } from '../protocol/supply';
import type { CheckedFetch } from './checked-fetch';
import { findAnswer, keepAnswer } from './kept-answer';

export interface Assets {
  /** Path with `/` as separator. `size`: the most bytes that it may have. */
  read(path: string, options: { signal?: AbortSignal; most?: number; progress?: (done: number, total?: number) => void }): Promise<Outcome<Blob>>;
}

const never = new AbortController().signal;
const mostAsset = 2 ** 30;
const mostKept = 16 * 2 ** 20;

/** `base` ends with a slash. */
export function makeFetchedAssets(base: string, fetchChecked: CheckedFetch): Assets {
  return {
    async read(path, { signal = never, most = mostAsset, progress }) {
      const url = new URL(path, base).href;
      const fetched = await fetchChecked({ url, what: path, most, signal, resume: true, ...(progress ? { progress } : {}) });
      if (!fetched.ok) return fetched;
      if (fetched.value.status === 200) return success(new Blob([fetched.value.bytes]));
      return fail('supply/refused', `Fetching ${path} from the page's own server, the answer was ${fetched.value.status}; 200 was expected.`, 'The set-up may not have run there: `npm run setup`.');
    },
  };
}

/** The same, and the small files are kept: without network, those of the last time do. Large ones are kept by their hash (runtimes-client.ts). */
export function makeKeptAssets(assets: Assets, store: Store): Assets {
  return {
    async read(path, options) {
      const read = await assets.read(path, options);
      if ((options.most ?? mostAsset) > mostKept) return read;
      const name = `assets/${await sha256(new TextEncoder().encode(path))}`;
      if (read.ok) {
        const facts = { url: path, contentType: 'application/octet-stream', fetched: Date.now(), freshFor: 0 };
        await keepAnswer(store, name, { facts, bytes: new Uint8Array(await read.value.arrayBuffer()) });
      }
      const kept = read.ok || read.failure.code !== 'supply/unreachable' ? undefined : await findAnswer(store, name);
      return kept ? success(new Blob([kept.bytes as Uint8Array<ArrayBuffer>])) : read;
    },
  };
}

/** JSON made at set-up → the value that `check` accepts; everything read from outside may be something else than promised. */
export async function readJson<T>(assets: Assets, path: string, check: (value: unknown) => value is T): Promise<Outcome<{ value: T; bytes: Uint8Array }>> {
  const blob = await assets.read(path, { most: 16 * 2 ** 20 });
  if (!blob.ok) return blob;
  const bytes = new Uint8Array(await blob.value.arrayBuffer());
  const value = parse(bytes);
  return check(value) ? success({ value, bytes }) : fail('supply/bad-answer', `Reading ${path}, something else than its format 1 was found.`, 'Run `npm run setup` again.');
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
