import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/format-error';
import { iconMost, readIcon } from '../../../src/formats/icon/read-icon';
import { writeBitmap, writePng, type Pixels } from '../../../src/formats/icon/write-images';
import { drawIcon } from '../../../src/outputs/executable/draw-icon';
import { makeBitmap, makeChunk, makeIco, makePaletteBitmap, makePng, pngSignature } from './make-ico';

const red = [0, 0, 255, 255] as [number, number, number, number];
const small = makeBitmap(16, red);
const sizes = (bytes: Uint8Array) => readIcon(bytes).map(({ width, height, bitCount }) => [width, height, bitCount]);
const set = (bytes: Buffer, at: number, value: number, as: 'UInt8' | 'UInt16LE' | 'UInt32LE' = 'UInt32LE'): Buffer => {
  const altered = Buffer.from(bytes);
  altered[`write${as}`](value, at);
  return altered;
};

describe('an icon file', () => {
  const files: [string, Buffer, number[][]][] = [
    ['one bitmap', makeIco([{ width: 16, bytes: small }]), [[16, 16, 32]]],
    ['bitmaps of every depth', makeIco([{ width: 16, bytes: makePaletteBitmap(16, 1) }, { width: 16, bytes: makePaletteBitmap(16, 4) }, { width: 16, bytes: makePaletteBitmap(16, 8) }, { width: 17, bytes: makeBitmap(17, red, 24) }]), [[16, 16, 1], [16, 16, 4], [16, 16, 8], [17, 17, 24]]],
    ['PNG images, the largest possible one too', makeIco([{ width: 48, bytes: makePng({ width: 48 }) }, { width: 256, bytes: makePng({ width: 256 }) }]), [[48, 48, 32], [256, 256, 32]]],
    ['an image that is not square', makeIco([{ width: 32, height: 16, bytes: makePng({ width: 32, height: 16 }) }]), [[32, 16, 32]]],
    ['bytes that belong to nobody at its end', Buffer.concat([makeIco([{ width: 16, bytes: small }]), Buffer.from('made by hand')]), [[16, 16, 32]]],
  ];
  test.each(files)('with %s is read', (_, bytes, expected) => expect(sizes(bytes)).toEqual(expected));

  test('gives its images byte for byte', () => {
    const images = [small, makePng({ width: 20 })];
    const read = readIcon(makeIco([{ width: 16, bytes: images[0]! }, { width: 20, bytes: images[1]! }]));
    expect(read.map(({ bytes }) => Buffer.from(bytes).equals(images.shift()!))).toEqual([true, true]);
  });

  const one = makeIco([{ width: 16, bytes: small }]);
  const two = makeIco([{ width: 16, bytes: small }, { width: 16, bytes: small }]);
  const bitmap = (at: number, value: number, as?: 'UInt16LE' | 'UInt32LE') => set(one, 22 + at, value, as);
  const broken: [string, Buffer, RegExp][] = [
    ['no image', set(one, 4, 0, 'UInt16LE'), /0 images, where 1 to 64 are possible, were found at byte 4/],
    ['thousands of images', set(one, 4, 65535, 'UInt16LE'), /65535 images/],
    ['an image beyond its end', set(one, 18, one.length), /1128 bytes were expected at byte 1150/],
    ['an image longer than itself', set(one, 14, 0xffffffff), /4294967295 bytes were expected/],
    ['an image in its directory', set(one, 18, 0), /overlaps another or the directory was found at byte 6/],
    ['images that overlap', set(two, 34, 38 + 100), /overlaps another/],
    ['a cursor', set(one, 2, 2, 'UInt16LE'), /neither an icon file nor a PNG image/],
    ['another size in its entry', set(one, 6, 32, 'UInt8'), /16 × 16 pixels, where its entry says 32 × 16, was found/],
    ['an image of an old or unknown kind', bitmap(0, 12), /neither PNG nor a bitmap of the known kind/],
    ['a bitmap of no width', bitmap(4, 0), /a bitmap of 0 × 32 pixels/],
    ['a bitmap of great width', bitmap(4, 0x7fffffff), /a bitmap of 2147483647 × 32/],
    ['a bitmap from top to bottom', bitmap(8, 0xffffffe0), /a bitmap of 16 × 4294967264/],
    ['a bitmap of odd height', bitmap(8, 33), /a bitmap of 16 × 33/],
    ['a bitmap of many planes', bitmap(12, 3, 'UInt16LE'), /a bitmap of 3 planes/],
    ['a bitmap of 5 bits', bitmap(14, 5, 'UInt16LE'), /1 planes and 5 bits/],
    ['a compressed bitmap', bitmap(16, 1), /a compressed bitmap/],
    ['a palette without end', bitmap(32, 0x40000000), /a palette of 1073741824 colours/],
    ['a bitmap whose mask is cut off', makeIco([{ width: 16, bytes: small.subarray(0, small.length - 1) }]), /1128 bytes were expected at byte 22/],
    ['an empty image', makeIco([{ width: 16, bytes: Buffer.alloc(0) }]), /4 bytes were expected/],
  ];
  test.each(broken)('with %s is refused', (_, bytes, message) => {
    expect(() => readIcon(bytes)).toThrow(FormatError);
    expect(() => readIcon(bytes)).toThrow(message);
  });
});

describe('a PNG image', () => {
  const palette = makeChunk('PLTE', Buffer.alloc(3));
  const files: [string, Buffer, number[]][] = [
    ['with opacity', makePng({ width: 256 }), [256, 256, 32]],
    ['without opacity', makePng({ width: 16, colourType: 2 }), [16, 16, 24]],
    ['of 16 bits a colour', makePng({ width: 64, depth: 16 }), [64, 64, 64]],
    ['in grey of one bit', makePng({ width: 17, colourType: 0, depth: 1 }), [17, 17, 1]],
    ['with a palette', makePng({ width: 32, colourType: 3, depth: 4, between: [palette] }), [32, 32, 4]],
    ['in Adam7 order', makePng({ width: 16, interlaced: true, pixels: Buffer.alloc(16 * 16 * 4 + 2 + 2 + 2 + 4 + 4 + 8 + 8) }), [16, 16, 32]],
    ['with words for people', makePng({ width: 16, between: [makeChunk('tEXt', Buffer.from('Author\0me'))] }), [16, 16, 32]],
  ];
  test.each(files)('%s is an icon', (_, bytes, expected) => expect(sizes(bytes)).toEqual([expected]));

  const good = makePng({ width: 16 });
  const rows = Buffer.alloc(16 * 65);
  const head = good.subarray(0, 33);
  const end = makeChunk('IEND', Buffer.alloc(0));
  const data = (bytes: Buffer) => makeChunk('IDAT', bytes);
  const broken: [string, Buffer, RegExp][] = [
    ['that is larger', makePng({ width: 257 }), /257 × 257 pixels, where 1 to 256 each way are possible, were found at byte 16/],
    ['as large as can be said', makePng({ width: 0x7fffffff, height: 1, pixels: rows }), /2147483647 × 1 pixels/],
    ['of no height', makePng({ width: 16, height: 0 }), /16 × 0 pixels/],
    ['that is not square', makePng({ width: 16, height: 32 }), /an image of 16 × 32 pixels was found/],
    ['that is too small', makePng({ width: 15 }), /an image of 15 × 15 pixels was found/],
    ['of an unknown colour type', makePng({ width: 16, colourType: 2, depth: 4, pixels: rows }), /colour type 2 of 4 bits/],
    ['with a palette that is missing', makePng({ width: 16, colourType: 3 }), /no palette was found/],
    ['without pixels', Buffer.concat([head, end]), /no pixels were found/],
    ['with pixels that lie apart', Buffer.concat([head, data(deflateSync(rows)), makeChunk('tEXt', Buffer.alloc(0)), data(Buffer.alloc(0)), end]), /lie apart/],
    ['with fewer pixels than it says', makePng({ width: 16, pixels: rows.subarray(65) }), /975 bytes came out where 1040 were promised/],
    ['with more pixels than it says', makePng({ width: 16, pixels: Buffer.concat([rows, rows]) }), /more|longer|room|promised/],
    ['that would inflate to a gigabyte', makePng({ width: 16, pixels: Buffer.alloc(2 ** 26) }), /promised|more|room/],
    ['with an unknown filter', makePng({ width: 16, pixels: Buffer.from(rows).fill(5, 65, 66) }), /unknown filter 5/],
    ['whose pixels are no zlib stream', Buffer.concat([head, data(Buffer.from('hello')), end]), /something else than a zlib stream/],
    ['with a wrong checksum of its pixels', Buffer.concat([head, data(set(deflateSync(rows), deflateSync(rows).length - 1, 0, 'UInt8')), end]), /a checksum that is not that of the pixels/],
    ['with an altered chunk', set(good, 24, 16, 'UInt8'), /a chunk IHDR whose CRC is not that of its content was found at byte 8/],
    ['that goes on after its end', Buffer.concat([good, Buffer.from([0])]), /bytes after the end/],
    ['whose first chunk is another', Buffer.concat([pngSignature, end]), /no header/],
  ];
  test.each(broken)('%s is refused', (_, bytes, message) => {
    expect(() => readIcon(bytes)).toThrow(FormatError);
    expect(() => readIcon(bytes)).toThrow(message);
  });
});

test.each([
  ['nothing', Buffer.alloc(0), /neither an icon file nor a PNG/], ['text', Buffer.from('<svg/>'), /neither an icon file nor a PNG/], ['a JPEG', Buffer.from('ffd8ffe000104a464946', 'hex'), /neither an icon file nor a PNG/],
  ['too much', Buffer.alloc(iconMost + 1), /4194305 bytes were found; 4194304 are the limit/],
])('%s is no icon', (_, bytes, message) => expect(() => readIcon(bytes)).toThrow(message));

const whole: [string, Buffer][] = [
  ['an icon file', makeIco([{ width: 16, bytes: makePaletteBitmap(16, 4) }, { width: 16, bytes: makePng({ width: 16 }) }])],
  ['a PNG image', makePng({ width: 16, colourType: 3, depth: 2, between: [makeChunk('PLTE', Buffer.alloc(12))] })],
];

describe.each(whole)('%s', (_, bytes) => {
  const attempt = (data: Uint8Array): boolean => {
    try {
      readIcon(data);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      return false;
    }
  };

  test('cut at any byte gives FormatError', () => {
    expect(attempt(bytes)).toBe(true);
    for (let size = 0; size < bytes.length; size++) expect(attempt(bytes.subarray(0, size)), `cut at ${size}`).toBe(false);
  });

  test('altered at any byte gives FormatError or images', () => {
    for (let at = 0; at < bytes.length; at++) for (const value of [0, 1, 0x7f, 0x80, 0xff]) attempt(set(bytes, at, value, 'UInt8'));
  });
});

describe('images that we write', () => {
  const bytes = Uint8Array.from({ length: 4 * 20 * 20 }, (_, index) => (index * 37) & 255);
  const pixels: Pixels = { side: 20, bytes };

  test('are read back, from an icon file and alone', () => {
    const images = [writeBitmap(pixels), writePng(pixels)].map((image) => ({ ...image, bytes: Buffer.from(image.bytes) }));
    expect(sizes(makeIco(images))).toEqual([[20, 20, 32], [20, 20, 32]]);
    expect(sizes(images[1]!.bytes)).toEqual([[20, 20, 32]]);
  });

  test('of the icon that programs without one get: four sizes, 13 kB, whole', () => {
    const images = drawIcon().map((image) => ({ ...image, bytes: Buffer.from(image.bytes) }));
    expect(sizes(makeIco(images)).map(([side]) => side)).toEqual([16, 32, 48, 256]);
    expect(images.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(14_000);
  });
});
