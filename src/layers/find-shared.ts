// What the wheels of one app bring → which files come twice. The launcher refuses a name that comes twice; installers let one file stay.
import { foldPath } from '../formats/check-clashes';

export interface Bringer {
  /** For people: `click-8.3.1-py3-none-any.whl`. */
  name: string;
  /** Hash by path in the app's folder. */
  placed: Record<string, string>;
}

export interface Shared {
  /** Beside the bringers: paths that one before has brought. */
  omit: string[][];
  /** Lines for people, on files that differ. */
  notices: string[];
}

interface Brought { name: string; hash: string }

/** The first stays, as in zipapps. Names that differ only in case or Unicode form are one name on some systems. */
export function findShared(bringers: Bringer[]): Shared {
  const files = new Map<string, Brought>();
  const folders = new Map<string, Brought>();
  const notices: string[] = [];
  const omit = bringers.map(({ name, placed }) => {
    const twice = Object.entries(placed).filter(([path, hash]) => {
      const first = findFirst(path, files, folders);
      if (first && first.hash !== hash) notices.push(`${path} comes with ${first.name} and, different, with ${name}; that of ${first.name} is packed.`);
      return first !== undefined;
    }).map(([path]) => path);
    const left = new Set(twice);
    for (const [path, hash] of Object.entries(placed)) if (!left.has(path)) bring(path, { name, hash }, files, folders);
    return twice;
  });
  return { omit, notices };
}

/** What stands where the path would: the same file, a file in place of one of its folders, a folder in its place. */
function findFirst(path: string, files: Map<string, Brought>, folders: Map<string, Brought>): Brought | undefined {
  const key = foldPath(path);
  return files.get(key) ?? folders.get(key) ?? listFolders(key).map((folder) => files.get(folder)).find((file) => file !== undefined);
}

function bring(path: string, own: Brought, files: Map<string, Brought>, folders: Map<string, Brought>): void {
  const key = foldPath(path);
  files.set(key, own);
  for (const folder of listFolders(key)) if (!folders.has(folder)) folders.set(folder, { name: own.name, hash: '' });
}

function listFolders(path: string): string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, count) => segments.slice(0, count + 1).join('/'));
}
