// Which paths of one folder are taken, where names that differ only in case or Unicode form are one name.
import { foldPath } from './check-clashes';

/** Remembers who took which file. A folder belongs to whoever needed it first. */
export class ClaimedPaths<Owner> {
  private readonly files = new Map<string, Owner>();
  private readonly folders = new Map<string, Owner>();

  /** Who stands where the file would: with the same file, a file in place of one of its folders, or a folder in its place. */
  findOwner(path: string): Owner | undefined {
    const key = foldPath(path);
    return this.files.get(key) ?? this.folders.get(key) ?? listFolders(key).map((folder) => this.files.get(folder)).find((owner) => owner !== undefined);
  }

  claim(path: string, owner: Owner): void {
    const key = foldPath(path);
    this.files.set(key, owner);
    for (const folder of listFolders(key)) if (!this.folders.has(folder)) this.folders.set(folder, owner);
  }
}

function listFolders(path: string): string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, count) => segments.slice(0, count + 1).join('/'));
}
