// What an app can be asked about itself, by environment variable, and by `self …` where it allows that.
import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pythonApp, tinyApp, writeApp } from './launcher-apps';
import { writeExecutable } from './launcher-assemble';
import { cacheContents, run, temporary } from './launcher-run';

const folder = temporary();
const demo = join(folder, 'demo');
const cache = join(folder, 'cache é');
const ask = (word: string, args: string[] = [], at = cache) => run(demo, args, { cache: at, env: { TERRARIUM_SELF: word } });
const tree = (kind: 'runtimes' | 'apps') => join(cache, 'terrarium', kind, cacheContents(cache)[kind][0]!);
const hello = { code: 0, signal: null, stdout: 'hello\n', stderr: '' };

beforeAll(async () => {
  writeExecutable(demo, pythonApp('linux-x86_64'));
  expect(await run(demo, [], { cache })).toEqual(hello);
});

describe('TERRARIUM_SELF=verify', () => {
  test('finds nothing in a cache that nobody touched, and leaves no trace', async () => {
    expect(await ask('verify')).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^as packed: /) });
    expect(cacheContents(cache)).toMatchObject({ apps: [expect.any(String)], tmp: [] });
  });

  const app = (path: string) => join(tree('apps'), path);
  const library = (path: string) => join(tree('runtimes'), 'lib/python3.14', path);
  const faults: [string, string, () => void][] = [
    ['altered', 'site/helper.py', () => writeFileSync(app('site/helper.py'), readFileSync(app('site/helper.py'), 'utf8').replace('helper', 'hElper'))],
    ['altered', 'lib/python3.14/ast.py', () => truncateSync(library('ast.py'), 100)],
    ['altered', 'lib/python3.14/bdb.py', () => appendFileSync(library('bdb.py'), '#')],
    ['missing', 'lib/python3.14/cmd.py', () => rmSync(library('cmd.py'))],
    ['not ours', 'site/evil.py', () => writeFileSync(app('site/evil.py'), '')],
    ['altered', 'app/own.py', () => chmodSync(app('app/own.py'), 0o755)],
    ['altered', 'site/empty.txt', () => (rmSync(app('site/empty.txt')), symlinkSync('/dev/null', app('site/empty.txt')))],
  ];

  test('finds every file that was altered, cut, lengthened, deleted, added, made executable or replaced by a link, and repairs (T11)', async () => {
    for (const [, , harm] of faults) harm();
    const { code, stdout } = await ask('verify');
    const found = stdout.split('\n').flatMap((line) => /^(?:apps|runtimes)\/\w{32}: (.*)$/.exec(line)?.[1] ?? []);
    expect(found.sort()).toEqual(faults.map(([what, path]) => `${what}: ${path}`).sort());
    expect([code, stdout]).toEqual([1, expect.stringMatching(/\nunpacked again\n$/)]);
    expect(await ask('verify')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^as packed: /) });
    expect(await run(demo, [], { cache })).toEqual(hello);
    expect(cacheContents(cache).tmp).toEqual([]);
  });

  test('says so when its executable is damaged itself', async () => {
    const broken = join(folder, 'broken');
    cpSync(demo, broken);
    truncateSync(broken, 1_000_000);
    const ended = await run(broken, [], { cache, env: { TERRARIUM_SELF: 'verify' } });
    expect(ended).toMatchObject({ code: 70, stdout: '', stderr: expect.stringMatching(/^demo: cannot unpack .* truncated or stripped .*\n$/) });
  });
});

test('TERRARIUM_SELF=repair unpacks everything again, with an interpreter that does not run (T11)', async () => {
  writeFileSync(join(tree('runtimes'), 'bin/python3.14'), '');
  expect((await run(demo, [], { cache })).code).toBe(71);
  expect(await ask('repair')).toEqual({ code: 0, signal: null, stdout: tree('apps') + '\n', stderr: '' });
  expect(await run(demo, [], { cache })).toEqual(hello);
});

test('TERRARIUM_SELF=info says what and where it is', async () => {
  const { code, stdout } = await ask('info');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^name: demo$/m);
  expect(stdout).toContain(`executable: ${demo}\napp: ${tree('apps')} (`);
  expect(stdout).toMatch(/^runtime: .*\(\d{3,} files, \d{8,} bytes\)$/m);
});

test('TERRARIUM_SELF=licenses prints those of Python’s parts and of the wheels', async () => {
  const { code, stdout } = await ask('licenses');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^==== Python 3\.14\.\d+$/m);
  expect(stdout).toContain('==== thing 1.0 MIT\n---- LICENSE\nDo as you like, é.\n');
});

describe('TERRARIUM_SELF=extract', () => {
  test('gives an ordinary folder that runs without the executable', async () => {
    const { code, stdout } = await run(demo, ['out'], { cache, cwd: folder, env: { TERRARIUM_SELF: 'extract' } });
    expect(code).toBe(0);
    const app = stdout.trim();
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['apps', 'runtimes']);
    expect((await run(join(app, 'python3.14'), ['-I', join(app, 'boot.py')])).stdout).toBe('hello\n');
  });

  test('refuses a folder that holds something', async () => {
    const target = join(folder, 'full');
    mkdirSync(target);
    writeFileSync(join(target, 'x'), '');
    expect(await ask('extract', [target])).toMatchObject({ code: 74, stdout: '', stderr: `demo: cannot extract into ${target}: it is not empty.\n` });
    expect(readdirSync(target)).toEqual(['x']);
  });
});

describe('TERRARIUM_SELF=clean', () => {
  test('removes the app, its other versions and the runtime, and nothing of other apps', async () => {
    const at = join(folder, 'clean');
    const tiny = writeApp(join(folder, 'tiny'), tinyApp());
    const newer = writeApp(join(folder, 'newer'), tinyApp({ flags: 2 }));
    const other = writeApp(join(folder, 'other'), tinyApp({ name: 'other', flags: 4 }));
    for (const path of [tiny, newer, other]) await run(path, [], { cache: at });
    mkdirSync(join(at, 'terrarium/tmp/self.1'));
    expect(await run(tiny, [], { cache: at, env: { TERRARIUM_SELF: 'clean' } })).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    expect(cacheContents(at)).toMatchObject({ runtimes: [expect.any(String)], apps: [expect.any(String)], tmp: [] });
    expect((await run(other, ['self', 'clean'], { cache: at })).code).toBe(0);
    expect(cacheContents(at)).toEqual({ runtimes: [], apps: [], tmp: [] });
  });

  test('needs no interpreter, and does nothing where nothing is', async () => {
    const at = join(folder, 'nothing');
    expect((await ask('clean', [], at)).code).toBe(0);
    expect(existsSync(at)).toBe(false);
  });

  test('says so when the app is running', async () => {
    const at = join(folder, 'running');
    await run(demo, [], { cache: at });
    const [, refused] = await Promise.all([
      run(demo, ['cat'], { cache: at, inputAfter: 2000 }),
      new Promise((resolve) => setTimeout(resolve, 500)).then(() => ask('clean', [], at)),
    ]);
    expect(refused).toMatchObject({ code: 74, stdout: '', stderr: expect.stringMatching(/^demo: cannot remove .*: it is in use, or may not be written\.\n$/) });
    expect(cacheContents(at).runtimes).toHaveLength(1);
    expect((await ask('clean', [], at)).code).toBe(0);
    expect(cacheContents(at)).toEqual({ runtimes: [], apps: [], tmp: [] });
  });
});

describe('`self` as an argument', () => {
  test('is the app’s own unless the app gave it away', async () => {
    const given = writeExecutable(join(folder, 'given'), pythonApp('linux-x86_64', { flags: 4 }));
    expect((await run(given, ['self', 'info'], { cache })).stdout).toMatch(/^name: demo$/m);
    expect(JSON.parse((await run(given, ['report', 'self'], { cache })).stdout).argv).toEqual(['self']);
    expect(JSON.parse((await run(demo, ['report', 'self', 'info'], { cache })).stdout).argv).toEqual(['self', 'info']);
    expect((await run(demo, ['self', 'info'], { cache })).stdout).toBe('');
  });

  test('is explained when a word is wrong', async () => {
    const given = join(folder, 'given');
    for (const args of [['self'], ['self', 'nonsense'], ['self', 'extract'], ['self', 'info', 'x']])
      expect(await run(given, args, { cache })).toMatchObject({ code: 2, stdout: '', stderr: 'given: expected one of: info, verify, repair, clean, extract FOLDER, licenses.\n' });
  });
});
