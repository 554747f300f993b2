// What happens to a cache while it is in use: a cleaner removes it, another version comes, the clock is wrong.
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inMemory, judge, judgeRecovery, often, start, tryAll } from './faults';
import { census, differ, middleApp, pack, packPython, smallApp, type Packed } from './faults-apps';
import { cacheContents, temporary } from './launcher-run';

const folder = temporary();
const memory = inMemory();
let one: Packed;
let two: Packed;
let middle: Packed;
let python: Packed;
beforeAll(() => {
  one = pack(join(folder, 'one'), smallApp());
  two = pack(join(folder, 'two'), smallApp('two'), 'two\n');
  middle = pack(join(folder, 'middle'), middleApp());
  python = packPython(join(folder, 'python'));
});

let count = 0;
const freshCache = () => join(memory, `cache${count++}`);
const right = (program: Packed) => ({ code: 0, signal: null, stdout: program.right, stderr: '' });
const tree = (cache: string, kind: string, key: string) => join(cache, 'terrarium', kind, key);

interface Running {
  child: ChildProcess;
  ended: Promise<number | null>;
}

/** Starts an app and gives it back once it has printed something. */
async function startRunning(program: Packed, args: string[], cache: string): Promise<Running> {
  const child = spawn(program.path, args, { env: { PATH: process.env['PATH'], TERRARIUM_CACHE: cache }, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return { child, ended };
}

describe('a cache that a cleaner removes', () => {
  test('while CPython runs from it lets it end as it would have, and is made again (T16)', async () => {
    const cache = freshCache();
    const { child, ended } = await startRunning(python, ['interrupted', 'SIGTERM'], cache);
    rmSync(cache, { recursive: true });
    child.kill('SIGTERM');
    expect(await ended).toBe(5);
    expect(await start(python.path, [], { cache })).toEqual(right(python));
  });

  test('while an app waits in it is made again by the next start of the same app (T16)', async () => {
    const cache = freshCache();
    const { child, ended } = await startRunning(one, ['wait'], cache);
    rmSync(cache, { recursive: true });
    expect(await start(one.path, [], { cache })).toEqual(right(one));
    child.stdin!.end('\n');
    expect(await ended).toBe(0);
  });

  test('at random moments of a first start gives the right output or a sentence, and is made again (T16)', async (context) => {
    const clean = freshCache();
    await start(middle.path, [], { cache: clean });
    const expected = census(clean);
    await tryAll(context, 'caches removed during a first start', 'an app of 500 files', Array.from({ length: often(60, 8) }, (_, i) => i), async (index) => {
      const cache = freshCache();
      const starting = start(middle.path, [], { cache });
      await start('sh', ['-c', `sleep 0.0${String(index % 40).padStart(2, '0')}; rm -rf '${cache}'/terrarium/* 2>/dev/null; rm -rf '${cache}' 2>/dev/null`]);
      const problem = judgeCleaned(await starting);
      const recovery = problem ?? judgeRecovery(await start(middle.path, [], { cache }), middle.right) ?? differ(census(cache), expected);
      rmSync(cache, { recursive: true, force: true });
      return recovery;
    });
  });
});

/** When the cleaner comes after the launcher's last look, the interpreter itself finds nothing; the shell says so in its own words. */
function judgeCleaned(ended: Parameters<typeof judge>[0]): string | undefined {
  const problem = judge(ended, middle.right);
  return problem !== undefined && [2, 126, 127].includes(ended.code ?? 0) && ended.stderr.includes('python3.14') ? undefined : problem;
}

describe('two versions of an app', () => {
  test('are there side by side, and going back unpacks nothing (T17)', async () => {
    const cache = freshCache();
    for (const program of [one, two, one, two]) expect(await start(program.path, [], { cache })).toEqual(right(program));
    const made = () => [one, two].map(({ keys }) => [statSync(tree(cache, 'apps', keys.app)).ino, statSync(tree(cache, 'runtimes', keys.runtime)).ino]);
    const before = made();
    for (const program of [one, two, one]) expect(await start(program.path, [], { cache })).toEqual(right(program));
    expect(made()).toEqual(before);
    expect(cacheContents(cache)).toMatchObject({ runtimes: [one.keys.runtime], apps: [one.keys.app, two.keys.app].sort(), tmp: [] });
  });

  test('start for the first time together (T8, T17)', async (context) => {
    await tryAll(context, 'first starts of two versions together', 'eight of each', Array.from({ length: often(20, 2) }, (_, i) => i), async () => {
      const cache = freshCache();
      const programs = Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? one : two));
      const ended = await Promise.all(programs.map(async (program) => judgeRecovery(await start(program.path, [], { cache }), program.right)));
      const left = cacheContents(cache);
      rmSync(cache, { recursive: true });
      return ended.find((problem) => problem !== undefined) ?? (left.apps.length === 2 && left.runtimes.length === 1 && left.tmp.length === 0 ? undefined : JSON.stringify(left));
    });
  });
});

// To the launcher a clock is a comparison with the files' times: moving these is moving the clock the other way.
describe('a clock', () => {
  test.each([
    ['behind all files, as when it starts in 1970', new Date('2106-01-01')],
    ['far ahead of them', new Date(0)],
  ])('%s leaves the app that starts, and its runtime (T30)', async (_, time) => {
    const cache = freshCache();
    for (const program of [one, two]) expect(await start(program.path, [], { cache })).toEqual(right(program));
    for (const path of [tree(cache, 'runtimes', one.keys.runtime), ...[one, two].map(({ keys }) => tree(cache, 'apps', keys.app))])
      for (const name of ['.ok', path.includes('apps') ? 'boot.py' : 'lib/os.py']) utimesSync(join(path, name), time, time);
    rmSync(tree(cache, 'apps', one.keys.app), { recursive: true });
    // Unpacks, and collects.
    expect(await start(one.path, [], { cache })).toEqual(right(one));
    expect(await start(two.path, [], { cache })).toEqual(right(two));
    expect(cacheContents(cache)).toMatchObject({ runtimes: [one.keys.runtime], tmp: [] });
  });
});
