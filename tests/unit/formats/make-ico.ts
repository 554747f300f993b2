// Icon files made by hand, to be broken by hand.
import { deflateSync, crc32 } from 'node:zlib';

export interface IcoImage {
  width: number;
  height?: number;
  bytes: Buffer;
}

export function makeIco(images: IcoImage[]): Buffer {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(({ width, height = width, bytes }, index) => {
    const at = 6 + 16 * index;
    head[at] = width & 255;
    head[at + 1] = height & 255;
    head.writeUInt32LE(bytes.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += bytes.length;
  });
  return Buffer.concat([head, ...images.map(({ bytes }) => bytes)]);
}

/** One colour (blue, green, red, opacity) all over. */
export function makeBitmap(side: number, colour: [number, number, number, number], bits: 24 | 32 = 32): Buffer {
  const head = Buffer.alloc(40);
  for (const [at, value] of [[0, 40], [4, side], [8, 2 * side]] as const) head.writeUInt32LE(value, at);
  head.writeUInt16LE(1, 12);
  head.writeUInt16LE(bits, 14);
  const row = Buffer.alloc(Math.ceil((side * bits) / 32) * 4);
  for (let x = 0; x < side; x++) row.set(colour.slice(0, bits / 8), (x * bits) / 8);
  return Buffer.concat([head, ...Array<Buffer>(side).fill(row), Buffer.alloc(side * Math.ceil(side / 32) * 4)]);
}

/** Of 1 to 8 bits: the first colour all over. */
export function makePaletteBitmap(side: number, bits: 1 | 4 | 8, palette = Buffer.alloc(4 * 2 ** bits, 7)): Buffer {
  const head = makeBitmap(side, [0, 0, 0, 0]).subarray(0, 40);
  head.writeUInt16LE(bits, 14);
  return Buffer.concat([head, palette, Buffer.alloc(side * (Math.ceil((side * bits) / 32) + Math.ceil(side / 32)) * 4)]);
}

export interface PngOptions {
  width: number;
  height?: number;
  depth?: number;
  colourType?: number;
  interlaced?: boolean;
  /** In place of the rows of zeros that belong there. */
  pixels?: Buffer;
  /** Chunks between header and pixels. */
  between?: Buffer[];
}

const samples: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export function makeChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  named.copy(out, 4);
  out.writeUInt32BE(crc32(named), 8 + data.length);
  return out;
}

export const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

export function makePng({ width, height = width, depth = 8, colourType = 6, interlaced = false, pixels, between = [] }: PngOptions): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([depth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  const rows = pixels ?? Buffer.alloc(height * (1 + Math.ceil((width * depth * samples[colourType]!) / 8)));
  return Buffer.concat([pngSignature, makeChunk('IHDR', head), ...between, makeChunk('IDAT', deflateSync(rows)), makeChunk('IEND', Buffer.alloc(0))]);
}
