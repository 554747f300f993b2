// Local headers and data descriptors (APPNOTE 4.3.7, 4.3.9), held against the central directory; they must say the same.
import { ByteReader } from '../bytes/byte-reader';
import { FormatError } from '../format-error';
import { printName } from '../print-name';
import { makeExtraReader, readWide } from './read-extra';
import { flag, isAscii, type ZipEntry } from './zip-entry';

export const localHeaderSize = 30;
/** Whose difference would make another reader see another member. */
const sameFlags = flag.encrypted | flag.descriptor | flag.patched | flag.strong | flag.masked;

/** Of the whole header; `bytes` are its beginning. */
export const readLocalSize = (bytes: Uint8Array): number => localHeaderSize + bytes[26]! + bytes[27]! * 256 + bytes[28]! + bytes[29]! * 256;

/** `bytes` begins with the whole local header. */
export function assertLocal(bytes: Uint8Array, entry: ZipEntry): void {
  const reader = new ByteReader(bytes, 'a local header of the zip archive', true, entry.localOffset);
  if (reader.u32(0) !== 0x04034b50) throw reader.error('something else was found', 0);
  if (!isName(bytes, entry.rawName) || reader.u16(26) !== entry.rawName.length) throw differs(entry, 'name');
  // How a name is to be decoded matters only where it is not ASCII.
  const mask = isAscii(entry.rawName) ? sameFlags : sameFlags | flag.utf8;
  if ((reader.u16(6) ^ entry.flags) & mask) throw differs(entry, 'flags');
  if (reader.u16(8) !== entry.method) throw differs(entry, 'method');
  assertNumbers(reader, makeExtraReader(reader, localHeaderSize + entry.rawName.length, reader.u16(28)), entry);
}

/** With a descriptor, the local header may leave the numbers 0. */
function assertNumbers(reader: ByteReader, extra: ByteReader, entry: ZipEntry): void {
  const crc = reader.u32(14);
  const { size, compressedSize } = readWide(extra, { size: reader.u32(22), compressedSize: reader.u32(18) });
  const later = (entry.flags & flag.descriptor) !== 0;
  if (crc !== entry.crc32 && !(later && crc === 0)) throw differs(entry, 'CRC');
  if (size !== entry.size && !(later && size === 0)) throw differs(entry, 'size');
  if (compressedSize !== entry.compressedSize && !(later && compressedSize === 0)) throw differs(entry, 'compressed size');
}

/** `bytes` is all that lies between the data and the next member, whose length alone tells which of four forms it has. */
export function assertDescriptor(bytes: Uint8Array, entry: ZipEntry): void {
  const signed = bytes.length === 16 || bytes.length === 24;
  const wide = bytes.length >= 20;
  if (![12, 16, 20, 24].includes(bytes.length)) throw misplaced(entry, `${bytes.length} bytes stand where its data descriptor should`);
  const reader = new ByteReader(bytes, `the data descriptor of ${printName(entry.path)}`);
  const at = signed ? 4 : 0;
  const sizes = wide ? [reader.u64(at + 4), reader.u64(at + 12)] : [reader.u32(at + 4), reader.u32(at + 8)];
  const same = (!signed || reader.u32(0) === 0x08074b50) && reader.u32(at) === entry.crc32 && sizes[0] === entry.compressedSize && sizes[1] === entry.size;
  if (!same) throw differs(entry, 'data descriptor');
}

export const misplaced = (entry: ZipEntry, found: string): FormatError =>
  new FormatError(`The archive's member ${printName(entry.path)} was refused: ${found}.`, { offset: entry.localOffset });

const differs = (entry: ZipEntry, what: string): FormatError =>
  new FormatError(`The archive's member ${printName(entry.path)} was refused: its ${what} is not the same in its local header and in the central directory.`, {
    offset: entry.localOffset,
  });

export const overlaps = (entry: ZipEntry): FormatError => misplaced(entry, 'it overlaps the next member or the central directory');

function isName(header: Uint8Array, name: Uint8Array): boolean {
  for (let at = 0; at < name.length; at++) if (header[localHeaderSize + at] !== name[at]) return false;
  return true;
}
