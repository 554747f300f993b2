// Intake: what is taken off, what is left out, and what is refused.
import { zipSync, strToU8 } from 'fflate';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readProject } from '../../../src/project/read-project';
import type { Source } from '../../../src/model/project';

const reporter = { report: () => undefined, signal: new AbortController().signal };
const zipOf = (files: Record<string, string>) => new Blob([zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])))]);
const folderOf = (...paths: string[]): Source => ({ kind: 'folder', name: 'thing', files: paths.map((path) => ({ path, blob: new Blob(['x']) })) });

async function pathsOf(source: Source) {
  const project = await readProject(source, reporter);
  if (!project.ok) throw new Error(project.failure.message);
  return { paths: project.value.files.map(({ path }) => path), notices: project.value.notices };
}

describe('wrapper folders (Z59)', () => {
  const cases: [string, Record<string, string>, string[]][] = [
    ['takes off the folder of a code host', { 'tool-main/tool.py': '1', 'tool-main/README.md': '' }, ['README.md', 'tool.py']],
    ['takes off the folder although Finder added its own', { 'tool/tool.py': '1', '__MACOSX/tool/._tool.py': '1' }, ['tool.py']],
    ['keeps the folder of a lone package', { 'tool/__init__.py': '', 'tool/__main__.py': '' }, ['tool/__init__.py', 'tool/__main__.py']],
    ['keeps a flat archive', { 'tool.py': '1', 'data/a.txt': '' }, ['data/a.txt', 'tool.py']],
  ];
  test.each(cases)('%s', async (_, files, expected) => {
    expect((await pathsOf({ kind: 'file', name: 'x.zip', blob: zipOf(files) })).paths).toEqual(expected);
  });
});

describe('what does not belong to a project is left out, with a line saying so (Z59)', () => {
  const cases: [string, string, RegExp][] = [
    ['.git', '.git/config', /\.git \(version control\)/],
    ['virtual environments of any name', 'strange/lib/x.py', /strange \(virtual environment\)/],
    ['Node packages', 'node_modules/a/index.js', /node_modules/],
    ['byte code', 'pkg/__pycache__/a.cpython-314.pyc', /__pycache__/],
    ['build output', 'build/lib/a.py', /build \(build output\)/],
  ];
  test.each(cases)('%s', async (_, path, notice) => {
    const { paths, notices } = await pathsOf(folderOf('main.py', path, 'strange/pyvenv.cfg'));
    expect(paths).toEqual(['main.py']);
    expect(notices.join('\n')).toMatch(notice);
  });

  test('but a source distribution is kept whole: its author chose what is in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrarium-sdist-'));
    const paths = ['dist/a.js', 'tool/__init__.py', 'tool/node_modules/a/index.js'];
    for (const path of paths) {
      mkdirSync(dirname(join(folder, 'tool-1', path)), { recursive: true });
      writeFileSync(join(folder, 'tool-1', path), '');
    }
    const { stdout } = spawnSync('tar', ['czf', '-', '-C', folder, 'tool-1']);
    rmSync(folder, { recursive: true });
    expect((await pathsOf({ kind: 'file', name: 'tool-1.tar.gz', blob: new Blob([new Uint8Array(stdout)]) })).paths).toEqual(paths);
  });

  test('a package called build below the top stays', async () => {
    expect((await pathsOf(folderOf('src/build/a.py'))).paths).toEqual(['src/build/a.py']);
  });
});

describe('refusals', () => {
  const cases: [string, Source, string, RegExp][] = [
    ['an empty file', { kind: 'file', name: 'a.zip', blob: new Blob([]) }, 'project/unreadable', /empty/],
    ['what is no zip', { kind: 'file', name: 'a.zip', blob: new Blob(['PK? no, text']) }, 'project/unreadable', /a\.zip/],
    ['another kind of file', { kind: 'file', name: 'a.docx', blob: new Blob(['x']) }, 'project/unreadable', /a\.docx/],
    ['a packed zipapp, saying so (Z8)', { kind: 'file', name: 'a.pyz', blob: new Blob(['x']) }, 'project/unreadable', /a\.pyz/],
    ['a member that leaves the archive', { kind: 'file', name: 'a.zip', blob: zipOf({ '../x.py': '1' }) }, 'project/unsafe-entry', /\.\.\/x\.py/],
    ['a folder with nothing in it', folderOf('.git/config'), 'project/empty', /thing/],
  ];
  test('an archive of 2.1 GB, before any of it is read (Z60)', async () => {
    const part = new Blob([new Uint8Array(2 ** 26)]);
    const blob = Object.assign(new Blob(Array<Blob>(34).fill(part)), { slice: () => expect.unreachable('it was read'), arrayBuffer: () => expect.unreachable('it was read') });
    expect(blob.size).toBeGreaterThan(2.1e9);
    expect(await readProject({ kind: 'file', name: 'a.zip', blob }, reporter)).toMatchObject({ ok: false, failure: { code: 'project/too-large', message: expect.stringMatching(/2281701376 bytes; the limit/) } });
  });

  test.each(cases)('%s', async (_, source, code, message) => {
    const project = await readProject(source, reporter);
    expect(project).toMatchObject({ ok: false, failure: { code, message: expect.stringMatching(message) } });
  });
});

test('a folder gives the same project in whatever order its files are listed (Z62)', async () => {
  const paths = ['b.py', '.git/config', 'a.py', 'strange/pyvenv.cfg', 'node_modules/x.js', 'B.py'];
  expect(await pathsOf(folderOf(...paths))).toEqual(await pathsOf(folderOf(...paths.toReversed())));
});

describe('wheels beside the project', () => {
  const file = (path: string, text = 'x') => ({ path, blob: new Blob([text]) });
  const drop = (...files: ReturnType<typeof file>[]) => readProject({ kind: 'folder', name: 'project', files }, reporter);

  test.each([
    ['a script', [file('tool.py'), file('dep-1-py3-none-any.whl')], { kind: 'script', source: 'tool.py', files: ['tool.py'] }],
    ['a folder', [file('tool/pyproject.toml'), file('tool/tool.py'), file('dep-1-py3-none-any.whl')], { kind: 'folder', source: 'tool', files: ['pyproject.toml', 'tool.py'] }],
    ['the files of a project', [file('pyproject.toml'), file('tool.py'), file('dep-1-py3-none-any.whl')], { kind: 'folder', source: 'project', files: ['pyproject.toml', 'tool.py'] }],
  ])('are dependencies of %s, not files of it', async (_, files, expected) => {
    const found = await drop(...files);
    if (!found.ok) throw new Error(found.failure.message);
    const { kind, source } = found.value;
    expect({ kind, source, files: found.value.files.map(({ path }) => path) }).toEqual(expected);
    expect(found.value.wheels.map(({ path }) => path)).toEqual(['dep-1-py3-none-any.whl']);
  });

  test('a wheel alone is the project, and of several nobody knows which is', async () => {
    const alone = await drop(file('dep-1-py3-none-any.whl'));
    expect(alone).toMatchObject({ ok: true, value: { kind: 'wheel', source: 'dep-1-py3-none-any.whl', wheels: [] } });
    expect(await drop(file('a-1-py3-none-any.whl'), file('b-1-py3-none-any.whl'))).toMatchObject({ ok: false, failure: { code: 'project/needs-answer' } });
  });

  test('a wheel deeper in the project is a file of it', async () => {
    const found = await drop(file('tool.py'), file('data/dep-1-py3-none-any.whl'));
    expect(found).toMatchObject({ ok: true, value: { files: [{ path: 'data/dep-1-py3-none-any.whl' }, { path: 'tool.py' }], wheels: [] } });
  });
});
