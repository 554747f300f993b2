// A drop or a file picker → Source. Folders are walked here: only the page may read dropped entries.
import { fail, success, type Outcome } from '../model/failure';
import type { Source } from '../model/project';

/** Something dropped, whose files may still be being listed. */
export interface Dropped {
  name: string;
  source: Promise<Outcome<Source>>;
}

type Listed = { path: string; blob: Blob }[];

/** Only listed: the engine leaves them out, and says how many files that were. */
const notOpened = new Set(['.git', '.hg', '.svn', 'node_modules', '__pycache__']);
const unopened = new Blob();

/** Several things at once have no name of their own. */
const several = 'project';

/** Must be called within the drop event: the items are gone afterwards. Undefined when nothing was a file. */
export function readDrop(transfer: DataTransfer): Dropped | undefined {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const [first] = entries;
  if (!first) return readPicked(transfer.files);
  const name = entries.length === 1 ? first.name : several;
  return { name, source: settleReading(name, readEntries(entries, [...transfer.files], name)) };
}

/** From `<input type=file>`, with or without `webkitdirectory`. */
export function readPicked(list: FileList): Dropped | undefined {
  const files = [...list];
  const [first] = files;
  if (!first) return undefined;
  const [folder] = first.webkitRelativePath.split('/');
  if (!folder && files.length === 1) return makeDropped({ kind: 'file', name: first.name, blob: first });
  const pathOf = (file: File) => (folder ? file.webkitRelativePath.slice(folder.length + 1) : file.name);
  return makeDropped({ kind: 'folder', name: folder || several, files: files.map((file) => ({ path: pathOf(file), blob: file })) });
}

export const makeDropped = (source: Source): Dropped => ({ name: source.name, source: Promise.resolve(success(source)) });

async function readEntries(entries: FileSystemEntry[], files: File[], name: string): Promise<Source> {
  const [first] = entries;
  if (entries.length === 1 && first?.isDirectory) return { kind: 'folder', name, files: await walk(first as FileSystemDirectoryEntry, '', true) };
  if (entries.length === 1 && files[0]) return { kind: 'file', name, blob: files[0] };
  return { kind: 'folder', name, files: await readAll(entries, '', true) };
}

/** `open`: false where names are enough. A virtual environment is known by its pyvenv.cfg. */
async function readAll(entries: FileSystemEntry[], prefix: string, open: boolean): Promise<Listed> {
  const opened = open && (prefix === '' || !entries.some(({ name }) => name === 'pyvenv.cfg'));
  return (await Promise.all(entries.map((entry) => readEntry(entry, prefix, opened)))).flat();
}

async function readEntry(entry: FileSystemEntry, prefix: string, open: boolean): Promise<Listed> {
  const path = prefix + entry.name;
  if (entry.isDirectory) return walk(entry as FileSystemDirectoryEntry, `${path}/`, open && !notOpened.has(entry.name));
  const blob = open ? await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)) : unopened;
  return [{ path, blob }];
}

async function walk(folder: FileSystemDirectoryEntry, prefix: string, open: boolean): Promise<Listed> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  // One call gives at most a hundred entries.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return readAll(entries, prefix, open);
    entries.push(...some);
  }
}

/** The browser refuses links that lead nowhere, files without permission and what was deleted since. */
async function settleReading(name: string, reading: Promise<Source>): Promise<Outcome<Source>> {
  try {
    return success(await reading);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail('project/unreadable', `Reading ${name}: the browser could not read everything in it.`, reason, 'Check that all of its files can be opened, or drop it as a .zip.');
  }
}
