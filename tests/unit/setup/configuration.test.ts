import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript, as set-up runs before anything is installed
import { fetchPipIndex, stripCredentials } from '../../../tools/setup/pip-index.mjs';

const folders: string[] = [];
afterEach(() => {
  delete process.env.PYTHON;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A stand-in for the machine's Python: `settings` is what pip's configuration lists, `own` its default. */
function pretendPython(settings: string, own = 'https://default.example/simple') {
  const folder = mkdtempSync(path.join(tmpdir(), 'terrarium-pip-'));
  folders.push(folder);
  const file = path.join(folder, 'python');
  writeFileSync(file, `#!/bin/sh\nif [ "$1" = -c ]; then echo '${own}'; else cat <<'END'\n${settings}\nEND\nfi\n`);
  chmodSync(file, 0o755);
  process.env.PYTHON = file;
}

test.each([
  ['nothing is configured', "global.cert='/etc/x'", 'https://default.example/simple/'],
  ['the global section has an index', "global.index-url='https://index.example/simple'", 'https://index.example/simple/'],
  ['the environment has one too', ":env:.index-url='https://env.example/'\nglobal.index-url='https://index.example/simple'", 'https://env.example/'],
  ['the section of the command has one too', "global.index-url='https://index.example/simple'\ninstall.index-url='https://install.example/simple/'", 'https://install.example/simple/'],
])('pip’s index is found where %s', async (_, settings, url) => {
  pretendPython(settings);
  expect(await fetchPipIndex()).toBe(url);
});

test('an index that is not on the web is refused with a sentence', async () => {
  pretendPython("global.index-url='file:///srv/wheels'");
  await expect(fetchPipIndex()).rejects.toThrow('a URL with http or https was expected');
});

test('credentials in the index URL are taken off before it is written', () => {
  expect(stripCredentials('https://me:secret@index.example/simple/')).toEqual({ url: 'https://index.example/simple/', hadCredentials: true });
  expect(stripCredentials('https://index.example/simple/').hadCredentials).toBe(false);
});
