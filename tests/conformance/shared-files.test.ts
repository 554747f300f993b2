// Distributions that bring the same file, as namespace packages of old style and stray `tests` folders do: installers let one stay, and so do we.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startIndexServer, type IndexServer } from '../index-server/start-index-server';
import { makeCache, runners, runOn } from '../platforms/run-artifact';
import { pathOf, terrarium, type Result } from '../platforms/terrarium';

const folder = mkdtempSync(join(tmpdir(), 'terrarium-shared-'));
const cache = makeCache();
const namespace = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n";
let index: IndexServer;
let result: Result;

function makeWheel(name: string, files: Record<string, string>): Uint8Array {
  const info = `${name}-1.0.dist-info`;
  const all: Record<string, string> = {
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  const rows = Object.entries(all).map(([path, text]) => `${path},sha256=${createHash('sha256').update(text).digest('base64url')},${Buffer.byteLength(text)}\n`);
  all[`${info}/RECORD`] = `${rows.join('')}${info}/RECORD,,\n`;
  return zipSync(Object.fromEntries(Object.entries(all).map(([path, text]) => [path, strToU8(text)])));
}

beforeAll(async () => {
  index = await startIndexServer({
    files: {
      'one-1.0-py3-none-any.whl': makeWheel('one', { 'shared/__init__.py': namespace, 'shared/one.py': 'x = 1\n', 'tests/__init__.py': 'who = "one"\n', 'one-1.0.data/data/share/note.txt': 'one' }),
      'two-1.0-py3-none-any.whl': makeWheel('two', { 'shared/__init__.py': namespace, 'shared/two.py': 'x = 2\n', 'tests/__init__.py': 'who = "two"\n', 'Tests/Readme.txt': '', 'two-1.0.data/data/share/note.txt': 'two' }),
    },
  });
  writeFileSync(join(folder, 'app.py'), '# /// script\n# dependencies = ["one", "two"]\n# ///\nimport shared.one, shared.two, tests\nif __name__ == "__main__":\n    print(shared.one.x + shared.two.x, tests.who)\n');
  result = await terrarium(['build', join(folder, 'app.py'), '--index', index.url, '--out', join(folder, 'out'), '--target', 'linux-x86_64']);
});
afterAll(async () => {
  await index.close();
  for (const one of [folder, cache]) rmSync(one, { recursive: true, force: true });
});

test.skipIf(runners['linux-x86_64']!.missing)('the executable starts, with the file of the first (W27, W28)', async () => {
  expect(result.failure).toBeUndefined();
  expect(await runOn('linux-x86_64', pathOf(result, 'executable', 'linux-x86_64'), [], cache)).toMatchObject({ code: 0, stdout: '3 one\n', stderr: '' });
});

test('an import that some packed distribution brings is not called undeclared', () => {
  expect(result.built!.notices.join('\n')).not.toMatch(/not declared/);
});

test('what differs is told', () => {
  const lines = result.built!.notices.join('\n');
  expect(lines).toMatch(/tests\/__init__\.py .*one.*two/);
  expect(lines).not.toMatch(/shared\/__init__\.py comes with/);
});
