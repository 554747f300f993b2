// One tar header of 512 bytes: old v7, POSIX ustar or GNU.
//
//   name 100 │ mode 8 │ uid 8 │ gid 8 │ size 12 │ mtime 12 │ chksum 8 │ typeflag 1 │ linkname 100 │ magic 6 │ version 2 │ uname 32 │
//   gname 32 │ devmajor 8 │ devminor 8 │ prefix 155 (ustar only)
import { ByteReader } from '../bytes/byte-reader';

export interface TarHeader {
  name: string;
  mode: number;
  size: number;
  type: string;
  target: string;
}

export function readTarHeader(bytes: Uint8Array, at: number): TarHeader {
  const reader = new ByteReader(bytes.subarray(at, at + 512), 'a header of the tar archive', true, at);
  const magic = new TextDecoder('latin1').decode(reader.bytes(257, 8));
  if (!['ustar\x0000', 'ustar  \0', '\0\0\0\0\0\0\0\0'].includes(magic)) throw reader.error('no tar magic was found', 257);
  if (readNumber(reader, 148, 8) !== checksum(reader.bytes(0, 512))) throw reader.error('a wrong checksum was found', 148);
  const prefix = magic.startsWith('ustar\0') ? reader.paddedText(345, 155) : '';
  const name = reader.paddedText(0, 100);
  return {
    name: prefix ? `${prefix}/${name}` : name,
    mode: readNumber(reader, 100, 8),
    size: readNumber(reader, 124, 12),
    type: String.fromCharCode(reader.u8(156)),
    target: reader.paddedText(157, 100),
  };
}

/** Octal digits closed by NUL or space, or (GNU) a big-endian number with the first bit set. */
function readNumber(reader: ByteReader, at: number, length: number): number {
  if (reader.u8(at) & 0x80) return readBinary(reader, at, length);
  const text = new TextDecoder('latin1').decode(reader.bytes(at, length));
  const digits = /^ *([0-7]*)[\0 ]*$/.exec(text)?.[1];
  if (digits === undefined) throw reader.error('a number that is not octal was found', at);
  return digits === '' ? 0 : parseInt(digits, 8);
}

function readBinary(reader: ByteReader, at: number, length: number): number {
  let value = reader.u8(at) & 0x7f;
  for (let index = 1; index < length; index++) value = value * 256 + reader.u8(at + index);
  if (!Number.isSafeInteger(value)) throw reader.error('a number too large to be true was found', at);
  return value;
}

/** The sum of all bytes, those of the checksum itself taken as spaces. */
function checksum(header: Uint8Array): number {
  let sum = 8 * 32;
  for (let at = 0; at < 512; at++) if (at < 148 || at >= 156) sum += header[at]!;
  return sum;
}
