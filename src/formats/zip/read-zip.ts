// A zip archive (APPNOTE 6.3.10: stored and deflated members, zip64, data descriptors) to its entries, strictly.
//
//   0 │ local header, data, [descriptor] │ … │ central directory │ end │ end of file
//
// The members tile the file up to the central directory: no gap, no overlap, nothing before or after. Local headers, descriptors
// and central directory agree. Two readers that accept such a file see the same members.
import { limits as standard } from '../../model/limits';
import type { ByteSource } from '../bytes/byte-source';
import { exceed } from '../exceed';
import { FormatError } from '../format-error';
import { findEnd, type ZipEnd } from './find-end';
import { readCentral, type ZipRules } from './read-central';
import { assertDescriptor, assertLocal, localHeaderSize, misplaced, overlaps, readLocalSize } from './read-local';
import { makeWindow, type Window } from './window';
import { flag, type ZipEntry } from './zip-entry';

export type ZipOptions = Partial<ZipRules>;

export const makeRules = (options: ZipOptions): ZipRules => ({ allowBackslash: false, allowUnportable: false, limits: standard, prefix: 0, ...options });

/** In the order of the central directory. Member data is not read: see readMember. */
export async function readZip(source: ByteSource, options: ZipOptions = {}): Promise<ZipEntry[]> {
  const rules = makeRules(options);
  const { end, central } = await readDirectory(source, rules);
  const window = makeWindow(source, end.offset, central.length);
  const sorted = central.toSorted((a, b) => a.localOffset - b.localOffset);
  let at = rules.prefix;
  for (const [index, entry] of sorted.entries()) {
    assertStart(entry, at, index === 0);
    at = sorted[index + 1]?.localOffset ?? end.offset;
    await place(window, entry, at);
  }
  if (at !== end.offset) throw new FormatError(`Reading the zip archive, ${end.offset - at} bytes that belong to no member were found.`, { offset: at });
  return central;
}

export async function readDirectory(source: ByteSource, rules: ZipRules): Promise<{ end: ZipEnd; central: ZipEntry[] }> {
  const end = await findEnd(source);
  const { limits } = rules;
  const most = limits.members * (46 + limits.path + 1024);
  if (end.size > most) throw exceed('The zip archive', `its central directory is ${end.size} bytes long, more than ${limits.members} members need`, 'members', limits.members);
  return { end, central: readCentral(await source.read(end.offset, end.size), end, rules) };
}

function assertStart(entry: ZipEntry, expected: number, first: boolean): void {
  if (entry.localOffset === expected) return;
  if (!first) throw misplaced(entry, `it begins at byte ${entry.localOffset}, but the member before it ends at byte ${expected}`);
  throw new FormatError(`Reading the zip archive, a first member at byte ${entry.localOffset} instead of ${expected} was found: something stands before it.`, {
    offset: expected,
    notes: ['A zip archive with a program or script before it (.pyz, self-extracting) must be unpacked and packed again.'],
  });
}

/** What a local extra field usually has at most; a longer one costs a second look. */
const spareExtra = 64;

/** Sets the places that the central directory does not know. `next` is where the next member, or the central directory, begins. */
async function place(window: Window, entry: ZipEntry, next: number): Promise<void> {
  const from = entry.localOffset;
  if (from + localHeaderSize > next) throw overlaps(entry);
  const guess = Math.min(next - from, localHeaderSize + entry.rawName.length + spareExtra);
  let header = window.find(from, guess) ?? (await window.load(from, guess));
  const size = readLocalSize(header);
  const dataEnd = from + size + entry.compressedSize;
  if (dataEnd > next) throw overlaps(entry);
  if (size > header.length) header = window.find(from, size) ?? (await window.load(from, size));
  assertLocal(header, entry);
  if (entry.flags & flag.descriptor) {
    const length = Math.min(next - dataEnd, 25);
    assertDescriptor(window.find(dataEnd, length) ?? (await window.load(dataEnd, length)), entry);
  } else if (dataEnd !== next) throw misplaced(entry, `${next - dataEnd} bytes that belong to nothing follow it`);
  entry.dataOffset = from + size;
  entry.endOffset = next;
}
