// Says whether two members of an archive would meet at one place on some file system: equal names, names that differ only in
// case or Unicode form, or a file where another member needs a folder.
import { FormatError } from './format-error';
import { printName } from './print-name';

export interface Named {
  path: string;
  directory: boolean;
}

export function checkClashes(members: readonly Named[]): FormatError | undefined {
  const seen = new Map<string, Named>();
  for (const member of members) {
    const key = foldPath(member.path);
    const other = seen.get(key);
    if (other) return clash(other, member);
    seen.set(key, member);
  }
  return checkAncestors(members, seen);
}

function checkAncestors(members: readonly Named[], seen: Map<string, Named>): FormatError | undefined {
  const checked = new Set<string>();
  for (const member of members) {
    for (let end = member.path.lastIndexOf('/'); end > 0; end = member.path.lastIndexOf('/', end - 1)) {
      const folder = member.path.slice(0, end);
      if (checked.has(folder)) break;
      checked.add(folder);
      const other = seen.get(foldPath(folder));
      if (other && !other.directory) return refuse(`${printName(other.path)} is a file, and ${printName(member.path)} needs a folder of that name`);
    }
  }
  return undefined;
}

/** What case-insensitive and normalising file systems see as one name. */
export const foldPath = (path: string): string => (/^[\0-\x7f]*$/.test(path) ? path : path.normalize('NFKC')).toLowerCase();

function clash(a: Named, b: Named): FormatError {
  if (a.path === b.path) return refuse(`${printName(a.path)} is there twice`);
  return refuse(`${printName(a.path)} and ${printName(b.path)} are one name on systems that ignore case or Unicode form`);
}

const refuse = (rule: string): FormatError => new FormatError(`The archive was refused: ${rule}.`, { reason: 'unsafe' });
