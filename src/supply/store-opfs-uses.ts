// When files of the browser's store were used last: it has no such time of its own. Each tab writes what it used into a file of its own,
// so that tabs never write the same one; whoever looks reads them all.

/** Absent from the types that TypeScript brings. */
export type Listable = FileSystemDirectoryHandle & { values(): AsyncIterable<FileSystemDirectoryHandle | FileSystemFileHandle> };

export interface Uses {
  used(name: string): void;
  /** Milliseconds since 1970, by name. */
  read(): Promise<ReadonlyMap<string, number>>;
}

export const usesFolder = '.uses';
/** A tab that is closed sooner after a use than this forgets it. */
const delay = 1000;
/** More files than this are joined into one; those of tabs that may still be open are left. */
const mostFiles = 16;
const openAge = 24 * 60 * 60 * 1000;

export function makeUses(folder: FileSystemDirectoryHandle): Uses {
  const own = `${crypto.randomUUID()}.json`;
  const uses = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** One write after the other. */
  let writing: Promise<unknown> = Promise.resolve();
  const write = (): Promise<unknown> => {
    clearTimeout(timer);
    timer = undefined;
    return (writing = writing.then(() => writeUses(folder, own, uses)).catch(() => undefined));
  };

  return {
    used(name) {
      uses.set(name, Date.now());
      timer ??= setTimeout(() => void write(), delay);
    },
    async read() {
      const files = await listUses(folder);
      const all = new Map(uses);
      for (const { found } of files) for (const [name, time] of found) all.set(name, Math.max(time, all.get(name) ?? 0));
      const old = files.filter(({ name, written }) => name !== own && Date.now() - written > openAge);
      if (files.length > mostFiles && old.length > 0) {
        all.forEach((time, name) => uses.set(name, time));
        await write();
        for (const { name } of old) await folder.removeEntry(name).catch(() => undefined);
      }
      return all;
    },
  };
}

async function writeUses(folder: FileSystemDirectoryHandle, name: string, uses: ReadonlyMap<string, number>): Promise<void> {
  const handle = await folder.getFileHandle(name, { create: true });
  // Workers of browsers without createWritable know no times of use: the time of writing does there.
  if (typeof handle.createWritable !== 'function') return;
  const stream = await handle.createWritable();
  await stream.write(JSON.stringify([...uses]));
  await stream.close();
}

async function listUses(folder: FileSystemDirectoryHandle): Promise<{ name: string; written: number; found: [string, number][] }[]> {
  const files: { name: string; written: number; found: [string, number][] }[] = [];
  for await (const entry of (folder as Listable).values()) {
    if (entry.kind !== 'file') continue;
    const file = await entry.getFile().catch(() => undefined);
    if (file) files.push({ name: entry.name, written: file.lastModified, found: parseUses(await file.text().catch(() => '')) });
  }
  return files;
}

/** What is not ours, or half written, counts for nothing. */
function parseUses(text: string): [string, number][] {
  try {
    const found: unknown = JSON.parse(text);
    const isUse = (one: unknown): one is [string, number] => Array.isArray(one) && typeof one[0] === 'string' && Number.isFinite(one[1]) && one[1] <= Date.now();
    return Array.isArray(found) ? found.filter(isUse) : [];
  } catch {
    return [];
  }
}
