// A gzip file (RFC 1952) of one member to its content, with size and CRC checked; what follows the member is refused.
import { limits, ratioFrom } from '../../model/limits';
import { ByteReader } from '../bytes/byte-reader';
import { crc32 } from '../bytes/crc32';
import { exceed } from '../exceed';
import { inflate } from '../deflate/inflate';

const trailerSize = 8;

export function readGzip(bytes: Uint8Array, limit: number = limits.total): Uint8Array<ArrayBuffer> {
  const reader = new ByteReader(bytes, 'the gzip file');
  if (reader.u16(0) !== 0x8b1f || reader.u8(2) !== 8) throw reader.error('something else than a gzip header was found', 0);
  const start = headerSize(reader);
  const end = bytes.length - trailerSize;
  if (start > end) throw reader.error('its end was found too early', end);
  // The size is stored modulo 2^32, which the limit keeps far away from.
  const size = reader.u32(end + 4);
  if (size > limit) throw exceed('The gzip file', `its content is ${size} bytes long`, 'total', limit, size);
  assertRatio(size, bytes.length);
  const content = inflate(bytes.subarray(start, end), size, 'the gzip file');
  if (crc32(content) !== reader.u32(end)) throw reader.error('a CRC that is not that of the content was found', end);
  return content;
}

function assertRatio(size: number, compressed: number): void {
  if (size <= ratioFrom || size <= limits.ratio * compressed) return;
  const ratio = Math.ceil(size / compressed);
  throw exceed('The gzip file', `its content is ${ratio} times as long as the file`, 'ratio', limits.ratio, ratio);
}

function headerSize(reader: ByteReader): number {
  const flags = reader.u8(3);
  if (flags & 0xe0) throw reader.error('unknown flags were found', 3);
  let at = 10;
  if (flags & 4) at += 2 + reader.u16(at);
  if (flags & 8) at = afterText(reader, at);
  if (flags & 16) at = afterText(reader, at);
  return flags & 2 ? at + 2 : at;
}

function afterText(reader: ByteReader, at: number): number {
  while (reader.u8(at) !== 0) at++;
  return at + 1;
}
