// The records of a zip archive (APPNOTE 6.3.10, 4.3.7, 4.3.12, 4.3.14 to 4.3.16) as bytes. Canonical: made by Unix, mode 644 or 755.
import { ByteWriter } from '../bytes/byte-writer';
import { flag, isAscii } from './zip-entry';

/** What a central header says of a member, wherever the member's bytes come from. */
export interface Written {
  name: Uint8Array;
  directory: boolean;
  executable: boolean;
  method: 0 | 8;
  flags: number;
  crc32: number;
  compressedSize: number;
  size: number;
  dosTime: number;
  localOffset: number;
}

const unix = 3;
const plainVersion = 20;
const zip64Version = 45;
const sentinel16 = 0xffff;
const sentinel32 = 0xffffffff;

/** No descriptor: sizes and CRC are known. Members beyond 4 GiB are above every limit and not written. */
export function writeLocalHeader(member: Omit<Written, 'localOffset'>): Uint8Array<ArrayBuffer> {
  if (member.size >= sentinel32) throw new RangeError('writeZip: a member of 4 GiB or more');
  const out = new ByteWriter(30 + member.name.length).u32(0x04034b50).u16(plainVersion);
  return writeCommon(out, member).u16(0).put(member.name).bytes;
}

/** The nine fields that local and central headers share, up to the length of the name. */
const writeCommon = (out: ByteWriter, { flags, method, dosTime, crc32, compressedSize, size, name }: Omit<Written, 'localOffset'>): ByteWriter =>
  out.u16(flags).u16(method).u32(dosTime).u32(crc32).u32(compressedSize).u32(size).u16(name.length);

export function writeCentralHeader(member: Written): Uint8Array<ArrayBuffer> {
  const { name, directory, executable, localOffset } = member;
  const isFar = localOffset >= sentinel32;
  const mode = directory ? 0o040755 : executable ? 0o100755 : 0o100644;
  const out = new ByteWriter(46 + name.length + (isFar ? 12 : 0)).u32(0x02014b50);
  out.u16((unix << 8) | (isFar ? zip64Version : plainVersion)).u16(isFar ? zip64Version : plainVersion);
  writeCommon(out, member).u16(isFar ? 12 : 0).u16(0).u16(0).u16(0);
  out.u32(((mode << 16) | (directory ? 0x10 : 0)) >>> 0).u32(isFar ? sentinel32 : localOffset).put(name);
  return isFar ? out.u16(1).u16(8).u64(localOffset).bytes : out.bytes;
}

/** zip64 records only where a number does not fit the old ones. */
export function writeEnd(members: number, offset: number, size: number): Uint8Array<ArrayBuffer> {
  const isWide = members >= sentinel16 || offset >= sentinel32 || size >= sentinel32;
  const out = new ByteWriter(isWide ? 98 : 22);
  if (isWide) {
    out.u32(0x06064b50).u64(44).u16((unix << 8) | zip64Version).u16(zip64Version).u32(0).u32(0).u64(members).u64(members).u64(size).u64(offset);
    out.u32(0x07064b50).u32(0).u64(offset + size).u32(1);
  }
  const count = Math.min(members, sentinel16);
  return out.u32(0x06054b50).u16(0).u16(0).u16(count).u16(count).u32(Math.min(size, sentinel32)).u32(Math.min(offset, sentinel32)).u16(0).bytes;
}

export const nameFlags = (name: Uint8Array): number => (isAscii(name) ? 0 : flag.utf8);
