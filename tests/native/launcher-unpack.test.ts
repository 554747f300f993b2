// Unpacking happens once, whole or not at all, into folders that nobody else can write to.
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pythonApp, tinyApp, writeApp } from './launcher-apps';
import { makeKeys, writeExecutable } from './launcher-assemble';
import { available, cacheContents, run, temporary } from './launcher-run';

const folder = temporary();
const demo = join(folder, 'demo');
const tiny = join(folder, 'tiny');
const keys = makeKeys(tinyApp());
const whole = { runtimes: [expect.stringMatching(/^[0-9a-f]{32}$/)], apps: [expect.stringMatching(/^[0-9a-f]{32}$/)], tmp: [] };
const isRoot = process.getuid?.() === 0;
const nobody = 65534;
if (!isRoot) console.warn('SKIPPED: folders of somebody else and setuid files, because they need root');

let count = 0;
const freshCache = () => join(folder, `cache${count++}`);
const tree = (cache: string, ...path: string[]) => join(cache, 'terrarium', ...path);
const hello = { code: 0, signal: null, stdout: 'hello\n', stderr: '' };
const said = (app: string) => ({ code: 0, signal: null, stdout: `tiny -I ${app}/boot.py\n`, stderr: '' });

beforeAll(() => {
  chmodSync(folder, 0o755);
  writeExecutable(demo, pythonApp('linux-x86_64'));
  writeApp(tiny, tinyApp());
});

function privateFolders(cache: string): void {
  for (const path of ['', 'runtimes', 'apps', 'tmp', 'locks']) mkdirSync(tree(cache, path), { recursive: true, mode: 0o700 });
}

describe('a first start', () => {
  test('unpacks exactly once when sixteen start together (T8)', async () => {
    const cache = freshCache();
    privateFolders(cache);
    const seen = new Set<string>();
    const watcher = watch(tree(cache, 'tmp'), (_, name) => seen.add(name ?? ''));
    const ended = await Promise.all(Array.from({ length: 16 }, () => run(demo, [], { cache })));
    watcher.close();
    expect(ended).toEqual(Array(16).fill(hello));
    expect(cacheContents(cache)).toEqual(whole);
    expect(seen.size).toBe(2);
  });

  test('recovers from being killed at any moment (T9)', async () => {
    const cache = freshCache();
    for (let killAfter = 1; killAfter < 200; killAfter += 14) {
      await run(demo, [], { cache, killAfter });
      expect(cacheContents(cache).tmp.length).toBeLessThanOrEqual(1);
      const complete = ['runtimes', 'apps'].flatMap((kind) => (existsSync(tree(cache, kind)) ? readdirSync(tree(cache, kind)).map((key) => tree(cache, kind, key)) : []));
      for (const path of complete) expect(existsSync(join(path, '.ok'))).toBe(true);
      if (complete.length === 2) rmSync(cache, { recursive: true });
    }
    expect(await run(demo, [], { cache })).toEqual(hello);
    expect(cacheContents(cache)).toEqual(whole);
  });

  test('removes what a killed one left, and follows no link on the way (T9, T12)', async () => {
    const cache = freshCache();
    privateFolders(cache);
    const precious = join(folder, 'precious');
    mkdirSync(precious, { recursive: true });
    writeFileSync(join(precious, 'file'), 'x');
    const stale = tree(cache, 'tmp', `${keys.runtime}.1.1`);
    mkdirSync(join(stale, 'deep/er'), { recursive: true });
    symlinkSync(precious, join(stale, 'deep/link'));
    symlinkSync(precious, tree(cache, 'tmp', `${keys.app}.2.2`));
    mkdirSync(tree(cache, 'tmp', 'kept-by-somebody'));
    mkdirSync(tree(cache, 'tmp', `${'0'.repeat(32)}.4.4`));
    expect((await run(tiny, [], { cache })).code).toBe(0);
    expect(readdirSync(tree(cache, 'tmp'))).toEqual(['kept-by-somebody']);
    expect(readdirSync(precious)).toEqual(['file']);
  });

  test('leaves nothing when the disk takes no more, and works when it does again (T5)', async () => {
    const cache = freshCache();
    const full = await run('sh', ['-c', `trap '' XFSZ; ulimit -f 600; exec "$0"`, demo], { cache });
    expect(full).toMatchObject({ code: 74, stdout: '', stderr: expect.stringMatching(/^demo: cannot unpack .*: File too large; .*TERRARIUM_CACHE.*\n$/) });
    expect(cacheContents(cache)).toEqual({ runtimes: [], apps: [], tmp: [] });
    expect(await run(demo, [], { cache })).toEqual(hello);
  });

  test.skipIf(!available('the line on a terminal', 'script', 'flock'))('that lasts says so on a terminal, and only there', async () => {
    const cache = freshCache();
    privateFolders(cache);
    const lock = tree(cache, 'locks', `${keys.runtime}.lock`);
    const held = run('flock', [lock, 'sleep', '1.2'], {});
    const [shown, silent] = await Promise.all([run('script', ['-qec', tiny, '/dev/null'], { cache }), run(tiny, [], { cache }), held]);
    expect(shown.stdout).toMatch(/^demo: unpacking, as this is the first start \.\.\.\r\ntiny -I /);
    expect(silent).toEqual(said(tree(cache, 'apps', keys.app)));
  });

  test.skipIf(!isRoot || !available('a cache mounted noexec', 'unshare'))('names a cache from which nothing can be run (T20)', async () => {
    const cache = freshCache();
    mkdirSync(cache);
    const ended = await run('unshare', ['-m', 'sh', '-c', `mount -t tmpfs -o noexec,mode=700 none '${cache}' && exec "$0"`, tiny], { cache });
    expect(ended).toMatchObject({ code: 73, stdout: '', stderr: expect.stringMatching(/it is mounted noexec\); set TERRARIUM_CACHE/) });
  });

  test.skipIf(!isRoot || !available('a full disk', 'unshare'))('says how much space is missing before it writes (T5)', async () => {
    const cache = freshCache();
    mkdirSync(cache);
    const script = `mount -t tmpfs -o size=1m,mode=700 none '${cache}' && "$0"; code=$?; find '${cache}' -type f; exit $code`;
    const ended = await run('unshare', ['-m', 'sh', '-c', script, demo], { cache });
    expect(ended).toMatchObject({ code: 74, stderr: expect.stringMatching(/: \d+ MiB are needed, [01] MiB are free; /) });
    expect(ended.stdout.split('\n').filter((path) => path !== '' && !path.endsWith('.lock'))).toEqual([]);
  });

  test('shares the runtime between apps', async () => {
    const cache = freshCache();
    const second = join(folder, 'second');
    writeApp(second, tinyApp({ flags: 4 }));
    await run(tiny, [], { cache });
    await run(second, [], { cache });
    expect(cacheContents(cache)).toMatchObject({ runtimes: [keys.runtime], apps: [expect.any(String), expect.any(String)] });
  });

  test('makes private folders, the links of the format and a marker', async () => {
    const cache = freshCache();
    await run('sh', ['-c', 'umask 000; exec "$0"', tiny], { cache });
    for (const path of ['', 'runtimes', 'apps', 'tmp', 'locks']) expect(lstatSync(tree(cache, path)).mode & 0o777).toBe(0o700);
    const app = tree(cache, 'apps', keys.app);
    expect(readdirSync(app)).toEqual(['.ok', 'boot.py', 'lib', 'python3.14', 'site']);
    expect(lstatSync(join(app, 'boot.py')).mode & 0o777).toBe(0o644);
    expect(readdirSync(join(app, 'lib'))).toEqual(['os.py']);
    const moved = freshCache();
    renameSync(cache, moved);
    expect(await run(tiny, [], { cache: moved })).toEqual(said(tree(moved, 'apps', keys.app)));
  });
});

describe('a cache that somebody changed', () => {
  test.each([
    ['the app’s marker', () => ['apps', keys.app, '.ok']],
    ['the runtime’s marker', () => ['runtimes', keys.runtime, '.ok']],
    ['the interpreter', () => ['runtimes', keys.runtime, 'bin/python3.14']],
    ['the link to the interpreter', () => ['apps', keys.app, 'python3.14']],
    ['the whole runtime', () => ['runtimes', keys.runtime]],
    ['the whole app', () => ['apps', keys.app]],
  ])('is repaired when %s is gone (T11)', async (_, path) => {
    const cache = freshCache();
    await run(tiny, [], { cache });
    rmSync(tree(cache, ...path()), { recursive: true });
    expect(await run(tiny, [], { cache })).toEqual(said(tree(cache, 'apps', keys.app)));
    expect(cacheContents(cache)).toEqual({ runtimes: [keys.runtime], apps: [keys.app], tmp: [] });
  });

  const refused = (why: string) => ({ code: 73, stdout: '', stderr: expect.stringMatching(`^demo: cannot unpack, because no folder for it can be used \\(.*${why}\\); set TERRARIUM_CACHE to a folder of your own.\n$`) });

  test('is refused when others can write to it (T13)', async () => {
    const cache = freshCache();
    await run(tiny, [], { cache });
    chmodSync(tree(cache), 0o777);
    expect(await run(tiny, [], { cache })).toMatchObject(refused('others can write to it'));
  });

  test('is refused when its parent is open to everybody (T13)', async () => {
    const cache = freshCache();
    await run(tiny, [], { cache });
    chmodSync(cache, 0o777);
    expect(await run(tiny, [], { cache })).toMatchObject(refused('everybody can write to it'));
  });

  test('is refused when it is a link (T12)', async () => {
    const real = freshCache();
    const cache = freshCache();
    await run(tiny, [], { cache: real });
    mkdirSync(cache);
    symlinkSync(tree(real), tree(cache));
    expect(await run(tiny, [], { cache })).toMatchObject(refused('it is no folder'));
  });

  test.skipIf(!isRoot)('is refused when it belongs to somebody else, and another place is found where none was asked for (T13)', async () => {
    const cache = freshCache();
    await run(tiny, [], { cache });
    chownSync(tree(cache), nobody, nobody);
    expect(await run(tiny, [], { cache })).toMatchObject(refused('it belongs to somebody else'));
    const shared = '/var/tmp/terrarium-0';
    const isNew = !existsSync(shared);
    const ended = await run(tiny, [], { env: { XDG_CACHE_HOME: cache } });
    expect(ended).toEqual(said(`${shared}/terrarium/apps/${keys.app}`));
    rmSync(`${shared}/terrarium/apps/${keys.app}`, { recursive: true });
    rmSync(`${shared}/terrarium/runtimes/${keys.runtime}`, { recursive: true });
    if (isNew) rmSync(shared, { recursive: true });
  });

  test.skipIf(!isRoot)('is no place for a setuid file (T32)', async () => {
    const path = join(folder, 'setuid');
    cpSync(tiny, path);
    chownSync(path, nobody, nobody);
    chmodSync(path, 0o4755);
    const cache = freshCache();
    expect(await run(path, [], { cache })).toMatchObject({ code: 77, stdout: '', stderr: expect.stringMatching(/^demo: refuses to run setuid or setgid: .*\n$/) });
    expect(cacheContents(cache).apps).toEqual([]);
  });

  test('that cannot be made is named (T3)', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await run(tiny, [], { cache: join(folder, 'file/x') })).toMatchObject(refused('Not a directory'));
  });
});
