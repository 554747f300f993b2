// What a start cannot do without is looked at every time, and unpacked again once when it is gone; what runs meanwhile goes on.
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pythonApp, tinyApp, writeApp } from './launcher-apps';
import { makeKeys, makeLayer, writeExecutable, type FixtureApp } from './launcher-assemble';
import { available, cacheContents, run, temporary } from './launcher-run';

const folder = temporary();
const isRoot = process.getuid?.() === 0;
const text = (path: string, content: string, executable = false) => ({ path, bytes: Buffer.from(content), executable });

/** As small as an app can be that has each of the files. */
const small: FixtureApp = tinyApp({
  layers: [
    makeLayer('runtime', 0, [text('bin/python3.14', '#!/bin/sh\necho tiny "$@"\n', true), text('lib/python3.14/encodings/__init__.py', '# codecs\n'), text('lib/python3.14/os.py', '#\n')]),
    makeLayer('app', 1, [text('boot.py', 'pass\n'), text('self.py', 'pass\n'), text('python3.14._pth', 'lib/python3.14\nsite-packages\n'), text('site-packages/a/b.txt', 'b')]),
  ],
});
const keys = makeKeys(small);
const app = writeApp(join(folder, 'small'), small);
const demo = join(folder, 'demo');
let count = 0;
const freshCache = () => join(folder, `cache${count++}`);
const tree = (cache: string, ...path: string[]) => join(cache, 'terrarium', ...path);
const whole = { runtimes: [keys.runtime], apps: [keys.app], tmp: [] };
const said = (cache: string) => ({ code: 0, signal: null, stdout: `tiny -I ${tree(cache, 'apps', keys.app, 'boot.py')}\n`, stderr: '' });

beforeAll(() => void writeExecutable(demo, pythonApp('linux-x86_64')));

/** How often something was unpacked while `work` went on, and what that gave. */
async function countUnpacked<T>(cache: string, work: () => Promise<T>): Promise<[number, T]> {
  const seen = new Set<string>();
  const watcher = watch(tree(cache, 'tmp'), (_, name) => seen.add(name ?? ''));
  const ended = await work();
  await new Promise((resolve) => setTimeout(resolve, 50));
  watcher.close();
  return [[...seen].filter((name) => !name.includes('.old')).length, ended];
}

const files: [string, string[], number][] = [
  ['boot.py', ['apps', keys.app, 'boot.py'], 1],
  ['self.py', ['apps', keys.app, 'self.py'], 1],
  ['the search path', ['apps', keys.app, 'python3.14._pth'], 1],
  ['the app’s marker', ['apps', keys.app, '.ok'], 1],
  ['the runtime’s marker', ['runtimes', keys.runtime, '.ok'], 1],
  ['the first module that Python imports', ['runtimes', keys.runtime, 'lib/python3.14/encodings/__init__.py'], 1],
  ['the interpreter', ['runtimes', keys.runtime, 'bin/python3.14'], 1],
];
const harms: [string, (path: string) => void][] = [
  ['gone', (path) => rmSync(path)],
  ['empty', (path) => truncateSync(path, 0)],
  ['cut', (path) => truncateSync(path, lstatSync(path).size - 1)],
  ['not to be read', (path) => chmodSync(path, 0)],
];

describe.each(harms)('a file that is %s', (what, harm) => {
  test.each(files)('is there again after the next start: %s', async (name, path, trees) => {
    const cache = freshCache();
    await run(app, [], { cache });
    const before = readFileSync(tree(cache, ...path));
    harm(tree(cache, ...path));
    // Nobody but root can read what may not be read; for root it is as it was.
    const same = isRoot && what === 'not to be read' && name.endsWith('marker');
    expect(await countUnpacked(cache, () => run(app, [], { cache }))).toEqual([same ? 0 : trees, said(cache)]);
    expect(readFileSync(tree(cache, ...path))).toEqual(before);
    expect(cacheContents(cache)).toEqual(whole);
  });
});

describe('also mended is', () => {
  test.each([
    ['a folder of the app that is gone', (cache: string) => rmSync(tree(cache, 'apps', keys.app, 'site-packages'), { recursive: true })],
    ['a link that is gone', (cache: string) => rmSync(tree(cache, 'apps', keys.app, 'lib'))],
    ['an interpreter that is no program, of the right size', (cache: string) => {
      const path = tree(cache, 'runtimes', keys.runtime, 'bin/python3.14');
      writeFileSync(path, '\x7f'.repeat(statSync(path).size));
    }],
    ['an interpreter that may not be run', (cache: string) => chmodSync(tree(cache, 'runtimes', keys.runtime, 'bin/python3.14'), 0o644)],
  ])('%s', async (_, harm) => {
    const cache = freshCache();
    await run(app, [], { cache });
    harm(cache);
    expect(await run(app, [], { cache })).toEqual(said(cache));
    expect(cacheContents(cache)).toEqual(whole);
  });

  test('a real Python, that otherwise would die of what is missing', async () => {
    const cache = freshCache();
    await run(demo, [], { cache });
    const { runtimes, apps } = cacheContents(cache);
    for (const path of [['runtimes', runtimes[0]!, 'lib/python3.14/encodings/__init__.py'], ['apps', apps[0]!, 'boot.py'], ['apps', apps[0]!, 'python3.14._pth']]) {
      truncateSync(tree(cache, ...path), 0);
      expect(await run(demo, [], { cache })).toEqual({ code: 0, signal: null, stdout: 'hello\n', stderr: '' });
    }
  });
});

describe('what cannot be mended', () => {
  test('is tried once at each start, and then told', async () => {
    const cache = freshCache();
    const broken = writeApp(join(folder, 'broken'), { ...small, glibc: [0, 0], layers: [makeLayer('runtime', 0, [text('bin/python3.14', '\x7fELF nonsense', true)]), small.layers[1]!] });
    const refused = { code: 71, stdout: '', stderr: expect.stringMatching(/^demo: cannot start .*\/python3\.14: Exec format error\.\n$/) };
    mkdirSync(tree(cache, 'tmp'), { recursive: true, mode: 0o700 });
    chmodSync(tree(cache), 0o700);
    for (let start = 0; start < 2; start++) expect(await countUnpacked(cache, () => run(broken, [], { cache }))).toMatchObject([2, refused]);
  });

  test.skipIf(!isRoot || !available('a cache mounted noexec', 'unshare'))('as in a cache that was mounted noexec since, is told and nothing is unpacked', async () => {
    const cache = freshCache();
    await run(app, [], { cache });
    const script = `mount --bind '${cache}' '${cache}' && mount -o remount,bind,noexec '${cache}' && exec "$0"`;
    const [unpacked, ended] = await countUnpacked(cache, () => run('unshare', ['-m', 'sh', '-c', script, app], { cache }));
    expect(ended).toMatchObject({ code: 71, stdout: '', stderr: expect.stringMatching(/^demo: cannot start .*: Permission denied \(.*: it is mounted noexec\); set TERRARIUM_CACHE to another folder\.\n$/) });
    expect(unpacked).toBe(0);
  });

  test('as in a damaged executable, leaves what is there', async () => {
    const cache = freshCache();
    const cut = join(folder, 'cut');
    cpSync(app, cut);
    await run(app, [], { cache });
    truncateSync(cut, statSync(cut).size - 1);
    expect(await run(cut, [], { cache })).toEqual(said(cache));
    rmSync(tree(cache, 'apps', keys.app, 'self.py'));
    expect(await run(cut, [], { cache })).toMatchObject({ code: 70, stderr: expect.stringMatching(/truncated or stripped/) });
    expect(cacheContents(cache)).toEqual(whole);
  });
});

describe('a marker', () => {
  test('by a later launcher is believed, and nothing in it is understood', async () => {
    const cache = freshCache();
    await run(app, [], { cache });
    for (const path of [['runtimes', keys.runtime], ['apps', keys.app]]) writeFileSync(tree(cache, ...path, '.ok'), '2\n99 nowhere\n');
    expect(await countUnpacked(cache, () => run(app, [], { cache }))).toEqual([0, said(cache)]);
  });

  test('is the same whenever it is written', async () => {
    const caches = [freshCache(), freshCache()];
    for (const cache of caches) await run(app, [], { cache });
    const markers = caches.map((cache) => readFileSync(tree(cache, 'apps', keys.app, '.ok'), 'utf8'));
    expect(markers[0]).toBe(`1\n${keys.runtime}\ndemo\n5 boot.py\n0 lib\n25 python3.14\n29 python3.14._pth\n5 self.py\n0 site-packages\n`);
    expect(markers[1]).toBe(markers[0]);
    expect(readFileSync(tree(caches[0]!, 'runtimes', keys.runtime, '.ok'), 'utf8')).toBe('1\n25 bin/python3.14\n9 lib/python3.14/encodings/__init__.py\n');
  });

  test.each([['no number', 'x boot.py\n'], ['no end', '5 boot.py'], ['too large a number', `${'9'.repeat(30)} boot.py\n`], ['no path', '5\n']])('with a line of %s is replaced', async (_, line) => {
    const cache = freshCache();
    await run(app, [], { cache });
    const path = tree(cache, 'apps', keys.app, '.ok');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, `1\n${keys.runtime}\ndemo\n${line}`);
    expect(await run(app, [], { cache })).toEqual(said(cache));
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});

// Looks again and again, without a pause, whether its own files are where they were, until a line comes; then imports what it had not yet.
const watcher = `
import os, select, sys
tree, seen, misses = os.path.realpath(sys.executable), 0, 0
print("up", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    seen += 1
    try: os.stat(tree)
    except FileNotFoundError: misses += 1
import sqlite3, decimal, email.message, helper
print(seen > 100, misses)
`;

test('a running app finds all its files while and after both trees are unpacked again', async () => {
  const cache = freshCache();
  await run(demo, [], { cache });
  const { runtimes, apps } = cacheContents(cache);
  const child = spawn(demo, ['-c', watcher, 'argument'], { env: { TERRARIUM_CACHE: cache, TERRARIUM_INTERPRETER: '1' }, stdio: ['pipe', 'pipe', 'inherit'] });
  const out: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => out.push(piece));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  for (const path of [['runtimes', runtimes[0]!, 'lib/python3.14/encodings/__init__.py'], ['apps', apps[0]!, 'boot.py']]) {
    truncateSync(tree(cache, ...path), 0);
    expect(await run(demo, [], { cache })).toMatchObject({ code: 0, stdout: 'hello\n', stderr: '' });
  }
  expect(await run(demo, [], { cache, env: { TERRARIUM_SELF: 'repair' } })).toMatchObject({ code: 0 });
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.stdin.end('\n');
  expect([await ended, out.join('')]).toEqual([0, 'up\nhelper argument 1\nTrue 0\n']);
  expect(cacheContents(cache)).toMatchObject({ runtimes, apps, tmp: [] });
});

test.skipIf(!available('how trees are replaced', 'strace'))('a tree is replaced in one step, and is never away', async () => {
  const cache = freshCache(), trace = join(folder, 'renames');
  await run(app, [], { cache });
  const ended = await run('strace', ['-e', 'trace=rename,renameat,renameat2', '-o', trace, app], { cache, env: { TERRARIUM_SELF: 'repair' } });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const lines = readFileSync(trace, 'utf8').split('\n');
  expect(lines.filter((line) => /\/tmp\/[^"]*", .*\/(runtimes|apps)\/\w{32}", RENAME_EXCHANGE\) += 0$/.test(line))).toHaveLength(2);
  expect(lines.filter((line) => /^rename\w*\((AT_FDCWD, )?"[^"]*\/(runtimes|apps)\/\w{32}"/.test(line))).toEqual([]);
});

test('a cache that was moved is whole where it is', async () => {
  const cache = freshCache(), moved = freshCache();
  await run(app, [], { cache });
  renameSync(cache, moved);
  expect(await countUnpacked(moved, () => run(app, [], { cache: moved }))).toEqual([0, said(moved)]);
});
