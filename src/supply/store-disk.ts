// The store of Node: a folder below the user's cache. Blobs are backed by the files, so nothing is held in memory.
import { randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Store } from '../protocol/supply';
import { makeFileStore, type Files, type StoredFile, type StoreSettings } from './store-over-files';

/** TERRARIUM_STORE, or a folder of the user's cache by the rules of the system. */
export function findStoreFolder(environment: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  if (environment.TERRARIUM_STORE) return environment.TERRARIUM_STORE;
  if (platform === 'win32' && environment.LOCALAPPDATA) return join(environment.LOCALAPPDATA, 'terrarium-build');
  if (environment.XDG_CACHE_HOME) return join(environment.XDG_CACHE_HOME, 'terrarium-build');
  return join(homedir(), platform === 'darwin' ? 'Library/Caches' : '.cache', 'terrarium-build');
}

export function makeDiskStore(folder = findStoreFolder(), settings: StoreSettings = {}): Store {
  return makeFileStore(makeDiskFiles(folder), settings);
}

function makeDiskFiles(folder: string): Files {
  const pathOf = (name: string): string => join(folder, ...name.split('/'));
  return {
    find: (name) => findBlob(pathOf(name)),
    write: (name, bytes) => writeWhole(pathOf(name), join(folder, '.tmp'), bytes),
    remove: (name) => rm(pathOf(name), { force: true }),
    async list() {
      await removeUnfinished(join(folder, '.tmp'));
      return listFiles(folder);
    },
  };
}

/** A Blob of a file fails once the file's mtime is another: only atime, which nothing checks, says when it was used. */
async function findBlob(path: string): Promise<Blob | undefined> {
  try {
    const { mtime } = await stat(path);
    await utimes(path, new Date(), mtime).catch(() => undefined);
    return await openAsBlob(path);
  } catch {
    return undefined;
  }
}

async function writeWhole(path: string, temporary: string, bytes: Blob | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const unfinished = join(temporary, `${process.pid}-${randomBytes(8).toString('hex')}`);
  try {
    await writeSynced(unfinished, bytes);
    // Whole seconds survive the way through a JavaScript Date; the exact time does not, and then utimes would change it.
    const now = new Date(Math.floor(Date.now() / 1000) * 1000);
    await utimes(unfinished, now, now);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Blobs are written piece by piece: an artifact's part may be larger than memory. */
async function writeSynced(path: string, bytes: Blob | Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    if (bytes instanceof Blob) for await (const piece of bytes.stream()) await file.writeFile(piece);
    else await file.writeFile(bytes);
  } finally {
    await file.close();
  }
}

/** What a killed process left; a younger one may still be writing. */
async function removeUnfinished(temporary: string): Promise<void> {
  for (const name of await readdir(temporary).catch(() => [])) {
    const facts = await stat(join(temporary, name)).catch(() => undefined);
    if (facts && Date.now() - facts.ctimeMs > 60 * 60 * 1000) await rm(join(temporary, name), { force: true });
  }
}

async function listFiles(folder: string): Promise<StoredFile[]> {
  const found: StoredFile[] = [];
  for (const kind of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (!kind.isDirectory() || kind.name.startsWith('.')) continue;
    for (const file of await readdir(join(folder, kind.name)).catch(() => [])) {
      const facts = await stat(join(folder, kind.name, file)).catch(() => undefined);
      if (facts?.isFile()) found.push({ name: `${kind.name}/${file}`, size: facts.size, used: Math.max(facts.atimeMs, facts.mtimeMs) });
    }
  }
  return found;
}
