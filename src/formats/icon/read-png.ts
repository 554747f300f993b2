// A PNG file → its size (PNG, third edition, W3C 2025), every chunk's bounds and CRC checked, its pixels inflated and counted.
//
//   signature, 8 │ IHDR │ … IDAT, one after the other … │ IEND      chunk: length, type, data, CRC of type and data
import { ByteReader } from '../bytes/byte-reader';
import { crc32 } from '../bytes/crc32';
import { inflate } from '../deflate/inflate';
import { FormatError } from '../format-error';

export interface PngFile {
  width: number;
  height: number;
  /** Bits of a pixel. */
  bitCount: number;
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** By colour type: samples of a pixel, and their possible depths in bits. */
const colourTypes: Record<number, { samples: number; depths: number[] }> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] }, 2: { samples: 3, depths: [8, 16] }, 3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] }, 6: { samples: 4, depths: [8, 16] },
};
/** Adam7: column and row of the first pixel, steps to the next. */
const passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const;

export const isPng = (bytes: Uint8Array): boolean => signature.every((byte, index) => bytes[index] === byte);

/** `most`: pixels of a side; nothing is inflated beyond. */
export function readPng(bytes: Uint8Array, most: number, what = 'the PNG image'): PngFile {
  const reader = new ByteReader(bytes, what, false);
  if (!isPng(bytes)) throw reader.error('something else than the signature of PNG was found', 0);
  const chunks = readChunks(reader);
  const head = readHeader(chunks[0]!, reader, most);
  const data = chunks.filter(({ type }) => type === 'IDAT');
  const first = chunks.findIndex(({ type }) => type === 'IDAT');
  if (first < 0) throw reader.error('no pixels were found', bytes.length);
  const apart = chunks.slice(first, first + data.length).find(({ type }) => type !== 'IDAT');
  if (apart) throw reader.error('pixels in parts that lie apart were found', apart.at);
  if (head.colourType === 3 && !chunks.slice(0, first).some(({ type }) => type === 'PLTE')) throw reader.error('no palette was found before the pixels', data[0]!.at);
  readPixels(join(data.map((chunk) => chunk.bytes)), head, what);
  return { width: head.width, height: head.height, bitCount: head.bitCount };
}

interface Chunk {
  type: string;
  at: number;
  bytes: Uint8Array;
}

function readChunks(reader: ByteReader): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = signature.length; chunks.at(-1)?.type !== 'IEND'; ) {
    const length = reader.u32(at);
    const named = reader.bytes(at + 4, 4 + length);
    const type = String.fromCharCode(...named.subarray(0, 4));
    if (!/^[A-Za-z]{4}$/.test(type)) throw reader.error('a chunk without a name was found', at);
    if (reader.u32(at + 8 + length) !== crc32(named)) throw reader.error(`a chunk ${type} whose CRC is not that of its content was found`, at);
    chunks.push({ type, at, bytes: named.subarray(4) });
    at += 12 + length;
    if (type === 'IEND' && at !== reader.size) throw reader.error('bytes after the end were found', at);
  }
  return chunks;
}

interface Header extends PngFile {
  colourType: number;
  interlaced: boolean;
}

function readHeader({ type, at, bytes }: Chunk, file: ByteReader, most: number): Header {
  if (type !== 'IHDR' || bytes.length !== 13) throw file.error('no header was found', at);
  const reader = new ByteReader(bytes, file.what, false, at + 8);
  const [width, height] = [reader.u32(0), reader.u32(4)];
  if (width < 1 || height < 1 || width > most || height > most) throw reader.error(`${width} × ${height} pixels, where 1 to ${most} each way are possible, were found`, 0);
  const [depth, colourType, compression, filter, interlace] = [8, 9, 10, 11, 12].map((place) => reader.u8(place)) as [number, number, number, number, number];
  const colours = colourTypes[colourType];
  if (!colours?.depths.includes(depth)) throw reader.error(`the unknown colour type ${colourType} of ${depth} bits was found`, 8);
  if (compression !== 0 || filter !== 0 || interlace > 1) throw reader.error('an unknown way of compressing was found', 10);
  return { width, height, bitCount: depth * colours.samples, colourType, interlaced: interlace === 1 };
}

function readPixels(stream: Uint8Array, { width, height, bitCount, interlaced }: Header, what: string): void {
  const rows = interlaced
    ? passes.map(([x, y, right, down]) => ({ width: Math.max(0, Math.ceil((width - x) / right)), height: Math.max(0, Math.ceil((height - y) / down)) }))
    : [{ width, height }];
  const sizes = rows.map((pass) => (pass.width === 0 ? 0 : pass.height * (1 + Math.ceil((pass.width * bitCount) / 8))));
  const pixels = inflateZlib(stream, sizes.reduce((sum, size) => sum + size, 0), what);
  let at = 0;
  for (const pass of rows) {
    const row = 1 + Math.ceil((pass.width * bitCount) / 8);
    for (let y = 0; pass.width > 0 && y < pass.height; y++, at += row) {
      if (pixels[at]! > 4) throw new FormatError(`Reading ${what}, a row of pixels with the unknown filter ${pixels[at]} was found.`);
    }
  }
}

/** RFC 1950: two bytes, the deflate stream, its Adler-32. */
function inflateZlib(stream: Uint8Array, size: number, what: string): Uint8Array {
  const reader = new ByteReader(stream, `the pixels of ${what}`, false);
  const head = reader.u16(0);
  if (head % 31 !== 0 || (head & 0x0f00) !== 0x0800 || (head & 0x20) !== 0) throw reader.error('something else than a zlib stream was found', 0);
  const pixels = inflate(reader.bytes(2, Math.max(0, stream.length - 6)), size, reader.what);
  if (reader.u32(stream.length - 4) !== adler32(pixels)) throw reader.error('a checksum that is not that of the pixels was found', stream.length - 4);
  return pixels;
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

function join(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
