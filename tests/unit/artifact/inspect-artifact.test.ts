// A locator that was made up: whatever it tells of sizes and places, the answer is a Failure.
import { expect, test } from 'vitest';
import { inspectArtifact } from '../../../src/artifact/inspect-artifact';
import { writeLocator, type Locator } from '../../../src/formats/locator/locator';

const layer = { offset: 0, size: 1, unpacked: 1, files: 1, mount: 0 as const, digest: '0'.repeat(64), name: 'runtime' };
const locator: Locator = {
  flags: 0, fileSize: 2048, manifestOffset: 1024, manifestSize: 0, manifestDigest: '0'.repeat(64), runtimeKey: '0'.repeat(32), appKey: '0'.repeat(32),
  interpreter: 'bin/python3.14', name: 'tool', glibcMajor: 2, glibcMinor: 17, layers: [layer],
};

test.each<[string, Partial<Locator>, RegExp]>([
  ['a file smaller than its own locator', { fileSize: 500, manifestOffset: 0 }, /sizes that cannot be/],
  ['no file at all', { fileSize: 0 }, /outside the file/],
  ['a manifest of terabytes', { fileSize: 2 ** 43, manifestSize: 2 ** 42 }, /sizes that cannot be/],
  ['more than is there', { fileSize: 2049 }, /was cut or stripped/],
  ['a manifest behind the end', { manifestOffset: 2 ** 42, manifestSize: 10 }, /outside the file/],
  ['an empty manifest', {}, /no JSON/],
])('%s', async (_, wrong, message) => {
  const bytes = writeLocator({ ...locator, ...wrong });
  expect(await inspectArtifact('app', new Blob([bytes, bytes]), true)).toMatchObject({ ok: false, failure: { code: 'artifact/corrupt', message: expect.stringMatching(message) } });
});
