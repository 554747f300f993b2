// The store of the browser: the origin-private file system. Files are written under another name, then moved, so that nobody sees half of one.
import type { Store } from '../protocol/supply';
import { makeMemoryStore } from './store-memory';
import { makeFileStore, type Files, type StoredFile, type StoreSettings } from './store-over-files';

/** Absent from the types that TypeScript brings. */
type Movable = FileSystemFileHandle & { move?(folder: FileSystemDirectoryHandle, name: string): Promise<void> };
type Listable = FileSystemDirectoryHandle & { values(): AsyncIterable<FileSystemDirectoryHandle | FileSystemFileHandle> };

const temporary = '.tmp';

/** Memory where the browser grants no such place (some private windows). */
export async function makeOpfsStore(settings: StoreSettings = {}): Promise<Store> {
  try {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('store', { create: true });
    await folder.removeEntry(temporary, { recursive: true }).catch(() => undefined);
    return makeFileStore(makeOpfsFiles(folder), settings);
  } catch (error) {
    settings.note?.(`The browser grants no local store (${String((error as Error)?.message ?? error)}): what is fetched is kept in memory only.`);
    return makeMemoryStore();
  }
}

function makeOpfsFiles(root: FileSystemDirectoryHandle): Files {
  return {
    async find(name) {
      try {
        const { folder, file } = await openFolder(root, name, false);
        const found = await (await folder.getFileHandle(file)).getFile();
        return found.size === 0 ? undefined : found;
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
    list: () => listFiles(root),
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

/** There is no time of use here: the time of writing stands for it. */
async function listFiles(root: FileSystemDirectoryHandle): Promise<StoredFile[]> {
  const found: StoredFile[] = [];
  for await (const kind of (root as Listable).values()) {
    if (kind.kind !== 'directory' || kind.name === temporary) continue;
    for await (const entry of (kind as Listable).values()) {
      if (entry.kind !== 'file') continue;
      const file = await entry.getFile();
      found.push({ name: `${kind.name}/${entry.name}`, size: file.size, used: file.lastModified });
    }
  }
  return found;
}
