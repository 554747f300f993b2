// `terrarium init`: what was given stands in the project afterwards, or nothing was written and it is said why.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { init } from '../../../src/cli/init';
import { parseArguments, type BuildArguments } from '../../../src/cli/parse-arguments';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'terrarium-init-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (path: string, ...words: string[]) => init(parseArguments(['init', join(folder, path), ...words]) as BuildArguments);

test('options are written into the project, paths as seen from it', async () => {
  mkdirSync(join(folder, 'art'));
  const outcome = await run('.', '--target', 'linux-arm64', '--no-lock', '--icon', join(folder, 'art', 'x.png'), '--wheel', join(folder, 'w.whl'), '--self-commands', '--substitute', 'a=b');
  expect(outcome.ok).toBe(true);
  expect(readFileSync(join(folder, 'pyproject.toml'), 'utf8')).toBe('[tool.terrarium]\ntargets = ["linux-arm64"]\nsubstitutes = { "a" = "b" }\nlock = false\nwheels = ["w.whl"]\nicon = "art/x.png"\nself-commands = true\n');
});

test('a script has them in its own block', async () => {
  writeFileSync(join(folder, 'tool.py'), 'import six\n');
  await run('tool.py', '--require', 'six');
  expect(readFileSync(join(folder, 'tool.py'), 'utf8')).toBe('# /// script\n# dependencies = []\n#\n# [tool.terrarium]\n# require = ["six"]\n# ///\nimport six\n');
});

test.each([
  ['a file outside the project', '.', ['--icon', '/elsewhere/x.png'], 'does not lie in the project'],
  ['an archive', 'a.zip', [], 'is an archive'],
  ['nothing', 'nowhere', [], 'There is no file or folder'],
])('%s is refused', async (_, path, words, part) => {
  writeFileSync(join(folder, 'a.zip'), '');
  const outcome = await run(path, ...words);
  expect(outcome.ok ? '' : outcome.failure.message).toContain(part);
});
