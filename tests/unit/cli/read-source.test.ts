import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSource } from '../../../src/cli/read-source';

const folder = mkdtempSync(join(tmpdir(), 'terrarium-source-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function make(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  return join(folder, name);
}

async function pathsOf(path: string): Promise<string[]> {
  const source = await readSource(path);
  if (!source.ok || source.value.kind !== 'folder') throw new Error(JSON.stringify(source));
  return source.value.files.map((file) => file.path).sort();
}

test('gives a file under its own name, backed by the disk', async () => {
  const path = join(make('one', { 'tool.py': 'print(1)\n' }), 'tool.py');
  const source = await readSource(path);
  expect(source).toMatchObject({ ok: true, value: { kind: 'file', name: 'tool.py' } });
  if (source.ok && source.value.kind === 'file') expect(await source.value.blob.text()).toBe('print(1)\n');
});

test('gives a folder with paths relative to it, named as it is on disk', async () => {
  const path = make('plotter', { 'a.py': '', 'deep/er/b.py': '', 'data/ü ö.txt': '' });
  expect(await pathsOf(path)).toEqual(['a.py', 'data/ü ö.txt', 'deep/er/b.py']);
  expect(await readSource(`${path}/deep/..`)).toMatchObject({ value: { name: 'plotter' } });
});

test('does not walk version control, Node packages, byte code and environments', async () => {
  const path = make('heavy', {
    'a.py': '', '.git/config': '', 'node_modules/x/y.js': '', '__pycache__/a.pyc': '', 'pkg/__pycache__/a.pyc': '', 'env/pyvenv.cfg': '', 'env/lib/x.py': '', 'pkg/node.py': '',
  });
  expect(await pathsOf(path)).toEqual(['a.py', 'pkg/node.py']);
});

test('does not take for the project what earlier builds wrote below it', async () => {
  const path = make('built', { 'a.py': '', 'made/app-1.0.pyz': '', 'made/pylock.toml': '', 'pkg/made/b.py': '' });
  const source = await readSource(path, join(path, 'pkg/../made'));
  expect(source).toMatchObject({ ok: true, value: { files: [{ path: 'a.py' }, { path: 'pkg/made/b.py' }] } });
  expect(await readSource(path, path)).toMatchObject({ value: { files: { length: 4 } } });
});

test('walks an environment that is given itself', async () => {
  expect(await pathsOf(make('venv', { 'pyvenv.cfg': '', 'app.py': '' }))).toEqual(['app.py', 'pyvenv.cfg']);
});

test('follows links to files, not to folders and not to nothing', async () => {
  const path = make('links', { 'a.py': '', 'sub/b.py': '' });
  symlinkSync('a.py', join(path, 'c.py'));
  symlinkSync('..', join(path, 'sub/up'));
  symlinkSync('nowhere.py', join(path, 'd.py'));
  expect(await pathsOf(path)).toEqual(['a.py', 'c.py', 'sub/b.py']);
});

describe('what cannot be read', () => {
  test.each([
    ['nothing', 'nowhere', /There is no file or folder .*nowhere\.$/],
    ['a path below a file', 'one/tool.py/x', /There is no file or folder/],
    ['a pipe', 'pipe', /neither a file nor a folder/],
  ])('%s is told', async (_, name, message) => {
    if (name === 'pipe') spawnSync('mkfifo', [join(folder, 'pipe')]);
    expect(await readSource(join(folder, name))).toEqual({
      ok: false, failure: { code: 'project/unreadable', message: expect.stringMatching(message), notes: [expect.stringMatching(/^Give a folder/)] },
    });
  });
});

test.each(['httpie', 'black[d]==26.10.1', 'a[b,c] >= 1, < 2', 'x @ https://files.example/x-1-py3-none-any.whl', 'six; os_name == "nt"', 'a~=1.0'])('%s is a requirement where no file bears that name', async (text) => {
  expect(await readSource(text)).toEqual({ ok: true, value: { kind: 'requirement', name: text } });
});

test.each(['tool.py', 'app.zip', './httpie', 'folder/app', 'x.tar.gz', '-x', 'notes.ipynb', 'a b'])('%s is a path that does not exist', async (text) => {
  expect(await readSource(text)).toMatchObject({ ok: false, failure: { code: 'project/unreadable' } });
});
