import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readGivenFile } from '../../../src/cli/read-given-file';

const folder = mkdtempSync(join(tmpdir(), 'terrarium-given-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file given with an option is read under its own name', async () => {
  writeFileSync(join(folder, 'a b.ico'), 'bytes');
  const read = await readGivenFile('--icon', join(folder, 'a b.ico'));
  expect(read.ok && [read.value.name, await read.value.blob.text()]).toEqual(['a b.ico', 'bytes']);
});

test.each([
  ['missing.ico', /^--icon takes a file; there is no .*missing\.ico\.$/],
  ['a b.ico/x', /^--icon takes a file; there is no /],
  ['.', /^--icon takes a file; .* is none\.$/],
])('%s is refused in one sentence', async (path, message) => {
  expect(await readGivenFile('--icon', join(folder, path))).toMatchObject({ ok: false, failure: { code: 'project/unreadable', message: expect.stringMatching(message) } });
});
