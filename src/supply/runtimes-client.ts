// runtimes/ as the set-up made it → catalogue, manifests and group files, each by the digest that the one before it names.
import { sha256 } from '../formats/bytes/sha256';
import { fail, success, type Outcome } from '../model/failure';
import type { RuntimeCatalogue, RuntimeManifest } from '../model/runtime';
import type { Runtimes, Store } from '../protocol/supply';
import { readJson, type Assets } from './assets';
import type { RecordingLog } from './network-log';
import { hasShape, isCount, isDigest, isFileName, isListOf, isMapOf, isOptional, isText, type Guard } from './check-shape';

const isCatalogue = hasShape({
  format: (value) => value === 1,
  runtimes: isListOf(hasShape({ python: isText, series: isText, target: isText, folder: isFileName, sha256: isDigest })),
}) as Guard<RuntimeCatalogue>;

const isManifest = hasShape({
  format: (value) => value === 1,
  python: isText, series: isText, target: isText, source: isText, magic: isCount, interpreter: isText, pthName: isFileName,
  stdlibPaths: isListOf(isText), licences: isListOf(isText),
  minimum: hasShape({ glibc: isOptional(isText), macos: isOptional(isText), windows: isOptional(isText) }),
  groups: isListOf(hasShape({
    name: isText, required: (value) => typeof value === 'boolean', modules: isListOf(isText), files: isCount, unpacked: isCount,
    size: isCount, sha256: isDigest, file: isFileName, lacks: isOptional(isText), pages: isOptional(isMapOf(hasShape({ file: isFileName, sha256: isDigest }))),
  })),
}) as Guard<RuntimeManifest>;

/** `store`: where fetched files are kept for the next build; undefined where the assets are on disk anyway. */
export function makeRuntimes(assets: Assets, store?: Store, log?: RecordingLog): Runtimes {
  let catalogue: Promise<Outcome<RuntimeCatalogue>> | undefined;
  const manifests = new Map<string, Promise<Outcome<RuntimeManifest>>>();
  const folders = new WeakMap<RuntimeManifest, string>();
  const files = new Map<string, Blob>();

  function readCatalogue(): Promise<Outcome<RuntimeCatalogue>> {
    return (catalogue ??= readJson(assets, 'runtimes/catalogue.json', isCatalogue).then((read) => {
      if (!read.ok) catalogue = undefined;
      return read.ok ? success(read.value.value) : read;
    }));
  }

  async function readManifest(series: string, target: string): Promise<Outcome<RuntimeManifest>> {
    const list = await readCatalogue();
    if (!list.ok) return list;
    const entry = list.value.runtimes.find((one) => one.series === series && one.target === target);
    if (!entry) return noRuntime(series, target, list.value);
    const path = `runtimes/${entry.folder}/manifest.json`;
    const read = await readJson(assets, path, isManifest);
    if (!read.ok) return read;
    const found = await sha256(read.value.bytes);
    // The packs may have been made anew since the catalogue was read.
    if (found !== entry.sha256) catalogue = undefined;
    if (found !== entry.sha256) return wrongHash(path, found, entry.sha256);
    folders.set(read.value.value, entry.folder);
    return success(read.value.value);
  }

  return {
    catalogue: readCatalogue,
    manifest(series, target) {
      const key = `${series} ${target}`;
      const reading = manifests.get(key) ?? readManifest(series, target);
      manifests.set(key, reading);
      void reading.then((outcome) => outcome.ok || manifests.delete(key));
      return reading;
    },
    async file(manifest, file, expected, reporter) {
      const known = files.get(expected) ?? await findKept(store, expected);
      const what = `CPython ${manifest.python} (${manifest.target})`;
      if (known) {
        if (store) log?.found({ url: `store:runtimes/${expected}`, what, from: files.has(expected) ? 'memory' : 'store', size: known.size, sha256: expected });
        files.set(expected, known);
        return success(known);
      }
      const path = `runtimes/${folders.get(manifest) ?? `${manifest.python}-${manifest.target}`}/${file}`;
      const progress = (done: number, total?: number): void => reporter.report({ stage: 'fetch', label: what, done, ...(total === undefined ? {} : { total }) });
      const read = await assets.read(path, { signal: reporter.signal, progress });
      if (!read.ok) return read;
      const found = await sha256(read.value);
      if (found !== expected) return wrongHash(path, found, expected);
      const blob = store ? await store.put(`runtimes/${expected}`, read.value) : read.value;
      files.set(expected, blob);
      return success(blob);
    },
  };
}

function noRuntime(series: string, target: string, { runtimes }: RuntimeCatalogue): Outcome<never> {
  const there = runtimes.filter((one) => one.target === target).map((one) => one.python);
  return fail('supply/no-runtime', `Looking for CPython ${series} for ${target}, no runtime pack was found.`, there.length ? `There is ${there.join(', ')} for it.` : 'There is none for it at all; tools/runtimes/catalogue.json says what is packed.');
}

const wrongHash = (path: string, found: string, expected: string): Outcome<never> =>
  fail('supply/wrong-hash', `Checking ${path}, the SHA-256 ${found} was found and ${expected} was expected.`, 'The set-up was interrupted or the file altered: run `npm run setup` again.');

async function findKept(store: Store | undefined, digest: string): Promise<Blob | undefined> {
  const blob = await store?.get(`runtimes/${digest}`);
  if (!blob) return undefined;
  if (await sha256(blob).catch(() => '') === digest) return blob;
  await store?.delete(`runtimes/${digest}`);
  return undefined;
}
