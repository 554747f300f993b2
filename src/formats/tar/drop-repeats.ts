// Some build tools write a file into their archive twice (maturin its licences). What comes twice and is the same both times has one meaning
// whoever reads it; what differs has as many as there are readers, and stays for the check of clashes to refuse.
import type { TarEntry } from './tar-entry';

export function dropRepeats(entries: TarEntry[]): TarEntry[] {
  const first = new Map<string, TarEntry>();
  return entries.filter((entry) => {
    const other = first.get(entry.path);
    if (!other) first.set(entry.path, entry);
    return !other || !isSame(other, entry);
  });
}

const isSame = (a: TarEntry, b: TarEntry): boolean =>
  a.kind === b.kind && (a.kind === 'directory' || (a.kind === 'file' && a.executable === b.executable && a.bytes.length === b.bytes.length && a.bytes.every((byte, at) => byte === b.bytes[at])));
