// Large Blobs are hashed piece by piece, with the digests that Node's crypto gives.
import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/formats/bytes/sha256';

test('a Blob too large to hold twice', async () => {
  const bytes = randomBytes(4 * 2 ** 20 + 17);
  const pieces = Array.from({ length: 48 }, () => bytes);
  expect(await sha256(new Blob(pieces))).toBe(createHash('sha256').update(Buffer.concat(pieces)).digest('hex'));
});
