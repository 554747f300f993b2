// The store of the browser: the origin-private file system. Files are written under another name, then moved, so that nobody sees half of one.
import type { Store } from '../protocol/supply';
import { makeMemoryStore } from './store-memory';
import { makeUses, usesFolder, type Listable, type Uses } from './store-opfs-uses';
import { makeFileStore, type Files, type StoredFile, type StoreSettings } from './store-over-files';

/** Absent from the types that TypeScript brings. */
type Movable = FileSystemFileHandle & { move?(folder: FileSystemDirectoryHandle, name: string): Promise<void> };

const temporary = '.tmp';

/** Memory where the browser grants no such place (some private windows). */
export async function makeOpfsStore(settings: StoreSettings = {}): Promise<Store> {
  try {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('store', { create: true });
    await removeUnfinished(folder).catch(() => undefined);
    return makeFileStore(makeOpfsFiles(folder, makeUses(await folder.getDirectoryHandle(usesFolder, { create: true }))), settings);
  } catch (error) {
    settings.note?.(`The browser grants no local store (${String((error as Error)?.message ?? error)}): what is fetched is kept in memory only.`);
    return makeMemoryStore();
  }
}

/** What closed tabs left; a younger one may still be written by another tab. */
async function removeUnfinished(root: FileSystemDirectoryHandle): Promise<void> {
  const folder = await root.getDirectoryHandle(temporary, { create: true });
  for await (const entry of (folder as Listable).values()) {
    const written = entry.kind === 'file' ? (await entry.getFile()).lastModified : 0;
    if (Date.now() - written > 60 * 60 * 1000) await folder.removeEntry(entry.name, { recursive: true }).catch(() => undefined);
  }
}

function makeOpfsFiles(root: FileSystemDirectoryHandle, uses: Uses): Files {
  return {
    async find(name) {
      try {
        const { folder, file } = await openFolder(root, name, false);
        const found = await (await folder.getFileHandle(file)).getFile();
        if (found.size === 0) return undefined;
        uses.used(name);
        return found;
      } catch {
        return undefined;
      }
    },
    async write(name, bytes) {
      const { folder, file } = await openFolder(root, name, true);
      await writeThenMove(await root.getDirectoryHandle(temporary, { create: true }), folder, file, bytes);
    },
    async remove(name) {
      const { folder, file } = await openFolder(root, name, true);
      await folder.removeEntry(file).catch(() => undefined);
    },
    list: async () => listFiles(root, await uses.read()),
  };
}

async function openFolder(root: FileSystemDirectoryHandle, name: string, create: boolean): Promise<{ folder: FileSystemDirectoryHandle; file: string }> {
  const [kind = '', file = ''] = name.split('/');
  return { folder: await root.getDirectoryHandle(kind, { create }), file };
}

async function writeThenMove(temp: FileSystemDirectoryHandle, folder: FileSystemDirectoryHandle, name: string, bytes: Blob | Uint8Array): Promise<void> {
  const unfinished = crypto.randomUUID();
  const handle = await temp.getFileHandle(unfinished, { create: true }) as Movable;
  try {
    await writeBytes(handle, bytes);
    if (handle.move) return await handle.move(folder, name);
    await writeBytes(await folder.getFileHandle(name, { create: true }), await handle.getFile());
  } finally {
    await temp.removeEntry(unfinished).catch(() => undefined);
  }
}

async function writeBytes(handle: Movable, bytes: Blob | Uint8Array): Promise<void> {
  if (typeof handle.createWritable !== 'function') return writeSynchronously(handle, bytes);
  const stream = await handle.createWritable();
  await stream.write(bytes as Blob | Uint8Array<ArrayBuffer>);
  await stream.close();
}

/** Workers of browsers without createWritable. */
async function writeSynchronously(handle: Movable, bytes: Blob | Uint8Array): Promise<void> {
  const access = await handle.createSyncAccessHandle();
  try {
    access.truncate(0);
    let at = 0;
    const blob = bytes instanceof Blob ? bytes : new Blob([bytes as Uint8Array<ArrayBuffer>]);
    for (let from = 0; from < blob.size; from += 2 ** 24) {
      at += access.write(new Uint8Array(await blob.slice(from, from + 2 ** 24).arrayBuffer()), { at });
    }
    access.flush();
    if (at !== blob.size) throw new Error(`only ${at} of ${blob.size} bytes could be written`);
  } finally {
    access.close();
  }
}

/** There is no time of use here: a file that no tab noted counts as used when it was written. */
async function listFiles(root: FileSystemDirectoryHandle, uses: ReadonlyMap<string, number>): Promise<StoredFile[]> {
  const found: StoredFile[] = [];
  for await (const kind of (root as Listable).values()) {
    if (kind.kind !== 'directory' || kind.name.startsWith('.')) continue;
    for await (const entry of (kind as Listable).values()) {
      if (entry.kind !== 'file') continue;
      const name = `${kind.name}/${entry.name}`;
      const file = await entry.getFile().catch(() => undefined);
      if (file) found.push({ name, size: file.size, used: Math.max(file.lastModified, uses.get(name) ?? 0) });
    }
  }
  return found;
}
