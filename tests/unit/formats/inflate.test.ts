import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { inflate } from '../../../src/formats/deflate/inflate';
import { FormatError } from '../../../src/formats/format-error';

/** A generator with a seed, so that a failure can be had again. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const random = makeRandom(7);
const contents: { title: string; bytes: Buffer }[] = [
  { title: 'nothing', bytes: Buffer.alloc(0) },
  { title: 'one byte', bytes: Buffer.from('x') },
  { title: 'one byte many times', bytes: Buffer.alloc(100_000, 'x') },
  { title: 'text', bytes: Buffer.from(Array.from({ length: 20_000 }, (_, index) => `line ${index % 313}\n`).join('')) },
  { title: 'noise', bytes: Buffer.from(Array.from({ length: 70_000 }, () => random() * 256)) },
  { title: 'few symbols', bytes: Buffer.from(Array.from({ length: 50_000 }, () => 97 + Math.floor(random() ** 4 * 5))) },
];
const settings = [
  { level: 0 }, { level: 1 }, { level: 6 }, { level: 9 },
  { level: 9, strategy: constants.Z_HUFFMAN_ONLY }, { level: 9, strategy: constants.Z_FIXED }, { level: 9, strategy: constants.Z_RLE }, { level: 6, memLevel: 1 },
];

describe.each(contents)('inflates $title', ({ bytes }) => {
  test.each(settings)('deflated with %j', (options) => {
    expect(Buffer.from(inflate(deflateRawSync(bytes, options), bytes.length, 'it')).equals(bytes)).toBe(true);
  });
});

/** What zlib makes of it: content, and whether the stream ended with the input. */
function inflateByZlib(data: Buffer): Buffer | undefined {
  try {
    const { buffer, engine } = inflateRawSync(data, { info: true, maxOutputLength: 2 ** 20 }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return engine.bytesWritten === data.length ? buffer : undefined;
  } catch {
    return undefined;
  }
}

function inflateByUs(data: Buffer, size: number): Buffer | undefined {
  try {
    return Buffer.from(inflate(data, size, 'it'));
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return undefined;
  }
}

test('accepts just what zlib accepts, of thousands of damaged streams', () => {
  let [same, refused] = [0, 0];
  const text = contents[3]!.bytes.subarray(0, 3000);
  for (let round = 0; round < 6000; round++) {
    const data = Buffer.from(deflateRawSync(text.subarray(0, 20 + Math.floor(random() * 600)), settings[round % settings.length]));
    for (let flips = 1 + Math.floor(random() * 2); flips > 0; flips--) data[Math.floor(random() ** 2 * data.length)]! ^= 1 << Math.floor(random() * 8);
    const theirs = inflateByZlib(data);
    const ours = inflateByUs(data, theirs?.length ?? 600);
    if (theirs) expect(ours?.equals(theirs), data.toString('hex')).toBe(true);
    else if (ours) expect.unreachable(`accepted what zlib refuses: ${data.toString('hex')}`);
    if (theirs) same++;
    else refused++;
  }
  expect(Math.min(same, refused)).toBeGreaterThan(500);
});

test('gives only FormatError when cut at each byte', () => {
  for (const options of settings) {
    const data = deflateRawSync(contents[3]!.bytes.subarray(0, 2000), options);
    for (let size = 0; size < data.length; size++) expect(() => inflate(data.subarray(0, size), 2000, 'it')).toThrow(FormatError);
  }
});

test('allocates nothing for a size that no stream of this length can give', () => {
  expect(() => inflate(new Uint8Array(3), 2 ** 50, 'it')).toThrow(/more than 3 compressed bytes can hold/);
});
