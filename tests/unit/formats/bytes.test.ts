import { crc32 as zlibCrc } from 'node:zlib';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../../src/formats/bytes/byte-reader';
import { makeByteSource } from '../../../src/formats/bytes/byte-source';
import { coalesce, sizeOfBytes } from '../../../src/formats/bytes/coalesce';
import { crc32 } from '../../../src/formats/bytes/crc32';
import { parseHex, printHex } from '../../../src/formats/bytes/hex';
import { sha256 } from '../../../src/formats/bytes/sha256';
import { FormatError } from '../../../src/formats/format-error';
import { printName } from '../../../src/formats/print-name';

const bytes = Uint8Array.from({ length: 1000 }, (_, index) => (index * 2654435761) >>> 9);

test('CRC-32 is that of zlib at every length, and goes on from a first piece', () => {
  for (let size = 0; size < 100; size++) expect(crc32(bytes.subarray(1, size + 1))).toBe(zlibCrc(bytes.subarray(1, size + 1)));
  expect(crc32(bytes.subarray(333), crc32(bytes.subarray(0, 333)))).toBe(zlibCrc(bytes));
});

test('SHA-256 of bytes, of a view and of a Blob', async () => {
  const expected = createHash('sha256').update(bytes.subarray(5)).digest('hex');
  expect(await sha256(bytes.subarray(5))).toBe(expected);
  expect(await sha256(new Blob([bytes.subarray(5)]))).toBe(expected);
});

test('hexadecimal goes both ways and refuses other text', () => {
  expect(parseHex(printHex(bytes))).toEqual(bytes);
  for (const text of ['0', 'xx', '0 ']) expect(() => parseHex(text)).toThrow(FormatError);
});

describe('a byte reader', () => {
  const reader = new ByteReader(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 0x61, 0, 0xff), 'a sample', true, 100);
  test('reads both orders', () => {
    expect([reader.u8(0), reader.u16(0), reader.u32(0)]).toEqual([1, 0x0201, 0x04030201]);
    expect(new ByteReader(Uint8Array.of(1, 2, 3, 4), 'a sample', false).u32(0)).toBe(0x01020304);
    expect(reader.paddedText(8, 2)).toBe('a');
  });

  test.each([
    ['outside', () => reader.u32(8), /4 bytes were expected at byte 108, but it ends at byte 111/],
    ['before the start', () => reader.u8(-1), /expected/],
    ['at no place', () => reader.bytes(NaN, 1), /expected/],
    ['a number that is too large', () => reader.u64(0), /too large to be true/],
    ['text that is not UTF-8', () => reader.utf8(10, 1), /not UTF-8/],
  ])('gives FormatError for %s', (_, read, message) => {
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
  });
});

test.each([['an array', bytes], ['a Blob', new Blob([bytes])]])('a source over %s reads what it holds and refuses the rest', async (_, data) => {
  const source = makeByteSource(data);
  expect(await source.read(990, 10)).toEqual(bytes.subarray(990));
  for (const [offset, length] of [[991, 10], [-1, 1], [0, -1], [2000, 0]] as const) await expect(source.read(offset, length)).rejects.toBeInstanceOf(FormatError);
});

test('thousands of small pieces become few, in order, and large ones stay what they are', async () => {
  const large = new Blob([new Uint8Array(2 ** 20)]);
  const small = Array.from({ length: 3000 }, (_, index) => (index % 2 ? new Blob([bytes]) : bytes.subarray(0, index % 999)));
  const pieces = [...small, large, ...small];
  const joined = await coalesce(pieces);
  expect(joined.length).toBeLessThan(12);
  expect(joined).toContain(large);
  const digest = async (parts: readonly (Blob | Uint8Array)[]) => sha256(new Blob(parts as Blob[]));
  expect(await digest(joined)).toBe(await digest(pieces));
  expect(joined.slice(0, -1).every((piece) => sizeOfBytes(piece) > 2 ** 19 || piece === joined[joined.indexOf(large) - 1])).toBe(true);
});

test('a name in a message shows what is invisible and is cut', () => {
  expect(printName('a\x1b[31m\u202e')).toBe('"a\\u{1b}[31m\\u{202e}"');
  expect(printName('x'.repeat(500))).toHaveLength(103);
});
