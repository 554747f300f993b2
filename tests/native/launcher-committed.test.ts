// The committed launchers are those that the committed sources gave.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { digestSources } from '../../tools/launcher/digest-sources.mjs';

const folder = new URL('../../public/launchers/', import.meta.url);
const { sources, launchers } = JSON.parse(readFileSync(new URL('launchers.json', folder), 'utf8')) as { sources: string; launchers: Record<string, { file: string; sha256: string }> };

test('no source was changed since the launchers were built', () => expect(digestSources()).toBe(sources));

test.each(Object.values(launchers))('$file has from 60 to 160 KB', ({ file }) => {
  const { length } = readFileSync(new URL(file, folder));
  expect(length).toBeGreaterThan(60_000);
  expect(length).toBeLessThan(160_000);
});

test.each(Object.values(launchers))('$file is the file that was built', ({ file, sha256 }) => {
  expect(createHash('sha256').update(readFileSync(new URL(file, folder))).digest('hex')).toBe(sha256);
});
