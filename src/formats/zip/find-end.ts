// The end of a zip archive (APPNOTE 6.3.10, 4.3.14 to 4.3.16): where the central directory lies and how many members it has.
//
//   … central directory │ [zip64 end record, 56 │ zip64 locator, 20] │ end record, 22 + comment │ end of file
//
// Nothing may stand between these, nor after them, so that no other reader can find another end than ours.
import type { ByteSource } from '../bytes/byte-source';
import { ByteReader } from '../bytes/byte-reader';
import { FormatError } from '../format-error';

export interface ZipEnd {
  members: number;
  offset: number;
  size: number;
}

const endSize = 22;
const zip64EndSize = 56;
const zip64LocatorSize = 20;
const longestComment = 0xffff;
const advice = ['Join the parts, or pack the project as one zip archive.'];

export async function findEnd(source: ByteSource): Promise<ZipEnd> {
  const length = Math.min(source.size, endSize + longestComment + zip64LocatorSize + zip64EndSize);
  const base = source.size - length;
  const reader = new ByteReader(await source.read(base, length), 'the end of the zip archive', true, base);
  const at = findEndRecord(reader);
  const end = readEndRecord(reader, at);
  const hasZip64 = at >= zip64LocatorSize && reader.u32(at - zip64LocatorSize) === 0x07064b50;
  const final = hasZip64 ? readZip64(reader, at - zip64LocatorSize, base, end) : { ...end, directoryEnd: base + at };
  return checked(final, reader, at);
}

/** The last signature counts, and what follows it must be its comment and nothing else. */
function findEndRecord(reader: ByteReader): number {
  for (let at = reader.size - endSize; at >= 0; at--) {
    if (reader.u32(at) !== 0x06054b50) continue;
    const left = reader.size - at - endSize - reader.u16(at + 20);
    if (left === 0) return at;
    throw reader.error(left > 0 ? `${left} bytes after the end of the archive were found` : 'a comment that is longer than the rest of the file was found', at);
  }
  throw new FormatError('Reading the zip archive, no end record was found: it is truncated or no zip archive.', {
    notes: ['Archives of other kinds (7z, rar, tar.gz) stay what they are under the name .zip; pack the project as a zip archive again.'],
  });
}

function readEndRecord(reader: ByteReader, at: number): ZipEnd {
  const [disk, directoryDisk, onDisk, members] = [4, 6, 8, 10].map((field) => reader.u16(at + field)) as [number, number, number, number];
  if ((disk !== 0 && disk !== 0xffff) || (directoryDisk !== 0 && directoryDisk !== 0xffff) || onDisk !== members) throw severalDisks(at);
  return { members, size: reader.u32(at + 12), offset: reader.u32(at + 16) };
}

function readZip64(reader: ByteReader, locator: number, base: number, end: ZipEnd): ZipEnd & { directoryEnd: number } {
  if (reader.u32(locator + 4) !== 0 || reader.u32(locator + 16) > 1) throw severalDisks(locator);
  const at = reader.u64(locator + 8) - base;
  if (at !== locator - zip64EndSize || reader.u32(at) !== 0x06064b50 || reader.u64(at + 4) !== zip64EndSize - 12) {
    throw reader.error('a zip64 locator that does not point to the zip64 end record before it was found', locator);
  }
  if (reader.u32(at + 16) !== 0 || reader.u32(at + 20) !== 0 || reader.u64(at + 24) !== reader.u64(at + 32)) throw severalDisks(at);
  const final = { members: reader.u64(at + 32), size: reader.u64(at + 40), offset: reader.u64(at + 48), directoryEnd: base + at };
  assertAgree(reader, at, end, final);
  return final;
}

/** A field of the old record is either the same or says "see zip64". */
function assertAgree(reader: ByteReader, at: number, old: ZipEnd, final: ZipEnd): void {
  const agree =
    (old.members === 0xffff || old.members === final.members) &&
    (old.size === 0xffffffff || old.size === final.size) &&
    (old.offset === 0xffffffff || old.offset === final.offset);
  if (!agree) throw reader.error('a zip64 end record that contradicts the end record was found', at);
}

function checked(end: ZipEnd & { directoryEnd: number }, reader: ByteReader, at: number): ZipEnd {
  const { members, offset, size, directoryEnd } = end;
  const gap = directoryEnd - (offset + size);
  if (gap !== 0) {
    throw new FormatError(
      gap > 0
        ? `Reading the zip archive, ${gap} bytes that belong to nothing were found before its start or before its end record.`
        : 'Reading the zip archive, a central directory that reaches beyond the end record was found.',
      { offset: offset + size, notes: gap > 0 ? ['A zip archive with a program or script before it (.pyz, self-extracting) must be unpacked and packed again.'] : [] },
    );
  }
  if (members * 46 > size) throw reader.error(`${members} members were announced, more than the central directory of ${size} bytes can hold`, at);
  return { members, offset, size };
}

const severalDisks = (at: number): FormatError =>
  new FormatError('Reading the zip archive, a part of an archive split over several files was found.', { reason: 'unsupported', offset: at, notes: advice });
