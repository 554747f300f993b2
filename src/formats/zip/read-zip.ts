// A zip archive (APPNOTE 6.3.10: stored and deflated members, zip64, data descriptors) to its entries, strictly.
//
//   0 │ local header, data, [descriptor] │ … │ central directory │ end │ end of file
//
// The members tile the file up to the central directory: no gap, no overlap, nothing before or after. Local headers, descriptors
// and central directory agree. Two readers that accept such a file see the same members.
import { ByteReader } from '../bytes/byte-reader';
import type { ByteSource } from '../bytes/byte-source';
import { FormatError } from '../format-error';
import { limits as standard } from '../limits';
import { findEnd, type ZipEnd } from './find-end';
import { readCentral, type CentralEntry, type ZipRules } from './read-central';
import { assertDescriptor, localHeaderSize, misplaced, readLocal } from './read-local';
import { makeWindow, type Window } from './window';
import { flag, type ZipEntry } from './zip-entry';

export type ZipOptions = Partial<ZipRules>;

export const makeRules = (options: ZipOptions): ZipRules => ({ allowBackslash: false, allowUnportable: false, limits: standard, prefix: 0, ...options });

/** In the order of the central directory. Member data is not read: see readMember. */
export async function readZip(source: ByteSource, options: ZipOptions = {}): Promise<ZipEntry[]> {
  const rules = makeRules(options);
  const { end, central } = await readDirectory(source, rules);
  const window = makeWindow(source, end.offset, central.length);
  const placed = new Map<CentralEntry, ZipEntry>();
  const sorted = central.toSorted((a, b) => a.localOffset - b.localOffset);
  let at = rules.prefix;
  for (const [index, entry] of sorted.entries()) {
    assertStart(entry, at, index === 0);
    at = sorted[index + 1]?.localOffset ?? end.offset;
    placed.set(entry, await place(window, entry, at));
  }
  if (at !== end.offset) throw new FormatError(`Reading the zip archive, ${end.offset - at} bytes that belong to no member were found.`, { offset: at });
  return central.map((entry) => placed.get(entry)!);
}

export async function readDirectory(source: ByteSource, rules: ZipRules): Promise<{ end: ZipEnd; central: CentralEntry[] }> {
  const end = await findEnd(source);
  const { limits } = rules;
  const most = limits.members * (46 + limits.path + 1024);
  if (end.size > most) throw new FormatError(`Reading the zip archive, a central directory of ${end.size} bytes was found, the limit is ${most}.`, { reason: 'limit' });
  return { end, central: readCentral(await source.read(end.offset, end.size), end, rules) };
}

function assertStart(entry: CentralEntry, expected: number, first: boolean): void {
  if (entry.localOffset === expected) return;
  if (!first) throw misplaced(entry, `it begins at byte ${entry.localOffset}, but the member before it ends at byte ${expected}`);
  throw new FormatError(`Reading the zip archive, a first member at byte ${entry.localOffset} instead of ${expected} was found: something stands before it.`, {
    offset: expected,
    notes: ['A zip archive with a program or script before it (.pyz, self-extracting) must be unpacked and packed again.'],
  });
}

/** `next` is where the next member, or the central directory, begins. */
async function place(window: Window, entry: CentralEntry, next: number): Promise<ZipEntry> {
  const from = entry.localOffset;
  if (from + localHeaderSize > next) throw misplaced(entry, 'it overlaps the next member or the central directory');
  const fixed = new ByteReader(await window.read(from, localHeaderSize), 'a local header', true, from);
  const headerSize = localHeaderSize + fixed.u16(26) + fixed.u16(28);
  const dataEnd = from + headerSize + entry.compressedSize;
  if (dataEnd > next) throw misplaced(entry, 'it overlaps the next member or the central directory');
  readLocal(await window.read(from, headerSize), entry);
  if (entry.flags & flag.descriptor) assertDescriptor(await window.read(dataEnd, Math.min(next - dataEnd, 25)), entry);
  else if (dataEnd !== next) throw misplaced(entry, `${next - dataEnd} bytes that belong to nothing follow it`);
  return { ...entry, dataOffset: from + headerSize, endOffset: next };
}
