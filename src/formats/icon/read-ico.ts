// An icon file → its images (ICO, as Windows' ICONDIR and BITMAPINFOHEADER have it), every entry's bounds and content checked.
//
//   0, 1, count │ entries, 16 each: width, height, colours, 0, planes, bits, size, offset │ images: PNG files, or bitmaps without their file header
//
// No two images may overlap, none may lie in the directory; what lies between them is nobody's and is left.
import { ByteReader } from '../bytes/byte-reader';
import type { IconImage } from '../../model/icon';
import { isPng, readPng } from './read-png';

/** Pixels of a side: an entry has one byte for it, and 0 means 256. */
export const mostPixels = 256;
const mostImages = 64;
const entrySize = 16;

export const isIco = (bytes: Uint8Array): boolean => bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 1 && bytes[3] === 0;

export function readIco(bytes: Uint8Array): IconImage[] {
  const reader = new ByteReader(bytes, 'the icon file');
  if (reader.u16(0) !== 0 || reader.u16(2) !== 1) throw reader.error('something else than the start of an icon file was found', 0);
  const count = reader.u16(4);
  if (count < 1 || count > mostImages) throw reader.error(`${count} images, where 1 to ${mostImages} are possible, were found`, 4);
  const entries = Array.from({ length: count }, (_, index) => readEntry(reader, 6 + entrySize * index));
  assertApart(entries, reader, 6 + entrySize * count);
  return entries.map((entry) => readImage(reader, entry));
}

interface Entry {
  at: number;
  width: number;
  height: number;
  offset: number;
  size: number;
}

function readEntry(reader: ByteReader, at: number): Entry {
  const [size, offset] = [reader.u32(at + 8), reader.u32(at + 12)];
  reader.bytes(offset, size);
  return { at, width: reader.u8(at) || mostPixels, height: reader.u8(at + 1) || mostPixels, offset, size };
}

function assertApart(entries: Entry[], reader: ByteReader, start: number): void {
  let end = start;
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (entry.offset < end) throw reader.error('an image that overlaps another or the directory was found', entry.at);
    end = entry.offset + entry.size;
  }
}

function readImage(reader: ByteReader, entry: Entry): IconImage {
  const bytes = reader.bytes(entry.offset, entry.size);
  const image = isPng(bytes) ? readPng(bytes, mostPixels, 'an image of the icon file') : readBitmap(new ByteReader(bytes, 'an image of the icon file', true, entry.offset));
  if (image.width !== entry.width || image.height !== entry.height) {
    throw reader.error(`an image of ${image.width} × ${image.height} pixels, where its entry says ${entry.width} × ${entry.height}, was found`, entry.offset);
  }
  return { ...image, bytes };
}

/** Its height counts the mask too. */
function readBitmap(reader: ByteReader): Omit<IconImage, 'bytes'> {
  if (reader.u32(0) !== 40) throw reader.error('an image that is neither PNG nor a bitmap of the known kind was found', 0);
  const [width, doubled, planes, bitCount] = [reader.u32(4), reader.u32(8), reader.u16(12), reader.u16(14)];
  if (width < 1 || width > mostPixels || doubled < 2 || doubled > 2 * mostPixels || doubled % 2) throw reader.error(`a bitmap of ${width} × ${doubled} pixels was found`, 4);
  if (planes > 1 || ![1, 4, 8, 24, 32].includes(bitCount)) throw reader.error(`a bitmap of ${planes} planes and ${bitCount} bits was found`, 12);
  if (reader.u32(16) !== 0) throw reader.error('a compressed bitmap was found', 16);
  const used = reader.u32(32);
  const possible = bitCount <= 8 ? 2 ** bitCount : 0;
  if (used > 256) throw reader.error(`a palette of ${used} colours was found`, 32);
  const height = doubled / 2;
  const row = (bits: number) => Math.ceil((width * bits) / 32) * 4;
  reader.bytes(0, 40 + 4 * (used || possible) + height * (row(bitCount) + row(1)));
  return { width, height, bitCount };
}
