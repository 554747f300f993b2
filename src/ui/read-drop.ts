// A drop or a file picker → Source. Folders are walked here: only the page may read dropped entries.
import type { Source } from '../model/project';

const notWalked = new Set(['.git', '.hg', '.svn', 'node_modules', '__pycache__']);

/** Must be called within the drop event: the items are gone afterwards. Undefined when nothing was a file. */
export function readDrop(transfer: DataTransfer): Promise<Source | undefined> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const files = [...transfer.files];
  return readEntries(entries, files);
}

async function readEntries(entries: FileSystemEntry[], files: File[]): Promise<Source | undefined> {
  const [first] = entries;
  if (entries.length === 1 && first?.isDirectory) return { kind: 'folder', name: first.name, files: await walk(first as FileSystemDirectoryEntry, '') };
  if (files.length === 1 && (!first || first.isFile)) return { kind: 'file', name: files[0]!.name, blob: files[0]! };
  if (entries.length === 0) return undefined;
  const found: { path: string; blob: Blob }[] = [];
  for (const entry of entries) found.push(...(await readEntry(entry, '')));
  return { kind: 'folder', name: 'project', files: found };
}

async function readEntry(entry: FileSystemEntry, prefix: string): Promise<{ path: string; blob: Blob }[]> {
  const path = prefix + entry.name;
  if (entry.isDirectory) return notWalked.has(entry.name) ? [] : walk(entry as FileSystemDirectoryEntry, `${path}/`);
  const blob = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
  return [{ path, blob }];
}

async function walk(folder: FileSystemDirectoryEntry, prefix: string): Promise<{ path: string; blob: Blob }[]> {
  const reader = folder.createReader();
  const files: { path: string; blob: Blob }[] = [];
  // One call gives at most a hundred entries.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return files;
    for (const entry of some) files.push(...(await readEntry(entry, prefix)));
  }
}

/** From `<input type=file>`, with or without `webkitdirectory`. */
export function readPicked(list: FileList): Source | undefined {
  const files = [...list];
  const [first] = files;
  if (!first) return undefined;
  const [folder] = first.webkitRelativePath.split('/');
  if (!folder) return { kind: 'file', name: first.name, blob: first };
  return { kind: 'folder', name: folder, files: files.map((file) => ({ path: file.webkitRelativePath.slice(folder.length + 1), blob: file })) };
}
