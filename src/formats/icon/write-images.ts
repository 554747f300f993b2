// Pixels → images as icons hold them: a bitmap of 32 bits with its mask, or a PNG file for the large one.
import { zlibSync } from 'fflate';
import type { IconImage } from '../../model/icon';
import { ByteWriter } from '../bytes/byte-writer';
import { crc32 } from '../bytes/crc32';

/** A square; four bytes a pixel, red, green, blue and opacity, from its upper left corner. */
export interface Pixels {
  side: number;
  bytes: Uint8Array;
}

/** Rows from the lowest, blue first. */
export function writeBitmap({ side, bytes }: Pixels): IconImage {
  const mask = Math.ceil(side / 32) * 4;
  const out = new ByteWriter(40 + side * (4 * side + mask));
  out.u32(40).u32(side).u32(2 * side).u16(1).u16(32).skip(24);
  for (let y = side - 1; y >= 0; y--) {
    for (let at = 4 * side * y; at < 4 * side * (y + 1); at += 4) out.put(Uint8Array.of(bytes[at + 2]!, bytes[at + 1]!, bytes[at]!, bytes[at + 3]!));
  }
  for (let y = side - 1; y >= 0; y--) out.put(writeMaskRow(bytes.subarray(4 * side * y, 4 * side * (y + 1)), mask));
  return { width: side, height: side, bitCount: 32, bytes: out.bytes };
}

/** For those who know no opacity: a set bit shows the ground. */
function writeMaskRow(row: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let x = 0; 4 * x < row.length; x++) if (row[4 * x + 3]! < 128) out[x >> 3]! |= 0x80 >> (x & 7);
  return out;
}

export function writePng({ side, bytes }: Pixels): IconImage {
  const rows = new Uint8Array(side * (1 + 4 * side));
  for (let y = 0; y < side; y++) rows.set(bytes.subarray(4 * side * y, 4 * side * (y + 1)), y * (1 + 4 * side) + 1);
  const head = new ByteWriter(13, false).u32(side).u32(side).put(Uint8Array.of(8, 6, 0, 0, 0)).bytes;
  const chunks = [writeChunk('IHDR', head), writeChunk('IDAT', zlibSync(rows, { level: 6 })), writeChunk('IEND', new Uint8Array())];
  const out = new ByteWriter(8 + chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  out.put(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a));
  for (const chunk of chunks) out.put(chunk);
  return { width: side, height: side, bitCount: 32, bytes: out.bytes };
}

function writeChunk(type: string, data: Uint8Array): Uint8Array {
  const out = new ByteWriter(12 + data.length, false).u32(data.length).put(Uint8Array.from(type, (character) => character.charCodeAt(0))).put(data);
  return out.u32(crc32(out.bytes.subarray(4, 8 + data.length))).bytes;
}
