// Large Blobs are hashed piece by piece, with the digests that Node's crypto gives.
import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/formats/bytes/sha256';
import { Sha256 } from '../../../src/formats/bytes/sha256-pieces';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const expected = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test.each([0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 4096, 100_003])('%d bytes, whatever the pieces', (size) => {
  const bytes = randomBytes(size);
  for (const step of [1, 7, 64, 65, 1 << 20]) {
    const hash = new Sha256();
    for (let at = 0; at < size; at += step) hash.update(bytes.subarray(at, at + step));
    expect(hex(hash.digest()), `pieces of ${step}`).toBe(expected(bytes));
  }
});

test('a Blob too large to hold twice', async () => {
  const bytes = randomBytes(4 * 2 ** 20 + 17);
  const pieces = Array.from({ length: 48 }, () => bytes);
  expect(await sha256(new Blob(pieces))).toBe(expected(Buffer.concat(pieces)));
});
