// The Linux launcher starts a packed app as its own interpreter would.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pythonApp } from './launcher-apps';
import { writeExecutable } from './launcher-assemble';
import { available, cacheContents, run, temporary } from './launcher-run';

const folder = temporary();
const cache = join(folder, 'cache with space é');
const demo = join(folder, 'demo');
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: a read-only cache, because it needs root to act as another user');
const nobody = 65534;
const start = (...args: string[]) => run(demo, args, { cache });

beforeAll(async () => {
  writeExecutable(demo, pythonApp('linux-x86_64'));
  expect(await start()).toEqual({ code: 0, signal: null, stdout: 'hello\n', stderr: '' });
});

describe('a packed app on Linux', () => {
  test.each([0, 1, 3, 70, 255])('ends with exit code %i (T27)', async (code) => {
    expect((await start('exit', String(code))).code).toBe(code);
  });

  test('gets its standard input, byte for byte', async () => {
    const input = Buffer.from(Array.from({ length: 70000 }, (_, i) => i % 251)).toString('latin1');
    expect((await run(demo, ['cat'], { cache, input })).stdout).toBe(input);
  });

  test('gets its arguments unchanged, and is told where it is (T24)', async () => {
    const args = ['', 'a b', '"q"', "it's", '-c', '--help', '*', 'ü', 'x'.repeat(100000)];
    const ended = await run(demo, ['report', ...args], { cache, argv0: 'name-as-typed' });
    const report = JSON.parse(ended.stdout);
    expect(report.argv).toEqual(args);
    expect(report.env).toEqual({ TERRARIUM: demo, TERRARIUM_ARGV0: 'name-as-typed', TERRARIUM_DIR: report.path[2].replace(/\/site$/, ''), TERRARIUM_INTERPRETER: null });
    expect(report.executable).toBe(join(report.env.TERRARIUM_DIR, 'python3.14'));
  });

  test('sees nothing of PYTHON variables (T21)', async () => {
    const env = { PYTHONHOME: '/nowhere', PYTHONPATH: '/evil', PYTHONOPTIMIZE: '2', PYTHONINSPECT: '1', PYTHONSTARTUP: '/evil.py', PYTHONWARNINGS: 'error', PYTHONPLATLIBDIR: 'evil' };
    const hostile = JSON.parse((await run(demo, ['report'], { cache, env })).stdout);
    const plain = JSON.parse((await start('report')).stdout);
    expect(hostile).toEqual(plain);
    expect(hostile.flags).toEqual([1, 0]);
    expect(hostile.path).toHaveLength(3);
  });

  test('keeps the umask that it was started with', async () => {
    const ended = await run('sh', ['-c', 'umask 037; exec "$0" report', demo], { cache });
    expect(JSON.parse(ended.stdout).umask).toBe(0o037);
  });

  test('starts children through sys.executable (T28)', async () => {
    expect(await start('child')).toMatchObject({ code: 0, stdout: 'helper x 1\n' });
  });

  test('starts spawned worker processes (T28)', async () => {
    expect(await start('spawn')).toMatchObject({ code: 0, stdout: '[1, 4, 9]\n' });
  });

  test('dies of the signal that it gets (T26)', async () => {
    expect(await start('term')).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  test('runs when its file was deleted, in a first start too (T19)', async () => {
    const gone = join(folder, 'gone');
    writeExecutable(gone, pythonApp('linux-x86_64'));
    const ended = await run('sh', ['-c', 'exec 3<"$0"; rm "$0"; exec /proc/self/fd/3', gone], { cache: join(folder, 'deleted') });
    expect(ended).toMatchObject({ code: 0, stdout: 'hello\n' });
  });
});

describe('the TERRARIUM variables', () => {
  test('TERRARIUM_INTERPRETER=1 runs the interpreter, and its children run the app again', async () => {
    const script = 'import os, sys; print(sys.argv[1:], os.environ.get("TERRARIUM_INTERPRETER"), os.environ["TERRARIUM_DIR"] != "")';
    const ended = await run(demo, ['-c', script, 'x'], { cache, env: { TERRARIUM_INTERPRETER: '1' } });
    expect(ended).toMatchObject({ code: 0, stdout: "['x'] None True\n" });
  });

  test('TERRARIUM_INSPECT=1 prints the manifest and unpacks nothing', async () => {
    const other = join(folder, 'inspect');
    const ended = await run(demo, [], { cache: other, env: { TERRARIUM_INSPECT: '1' } });
    expect(JSON.parse(ended.stdout)).toEqual({ format: 1, name: 'demo' });
    expect(cacheContents(other)).toEqual({ runtimes: [], apps: [], tmp: [] });
  });

  test('TERRARIUM_UNPACK=1 unpacks and prints the folder', async () => {
    const ended = await run(demo, [], { cache, env: { TERRARIUM_UNPACK: '1' } });
    expect(ended.stdout).toBe(join(cache, 'terrarium/apps', cacheContents(cache).apps[0]!) + '\n');
  });

  test('a relative TERRARIUM_CACHE is refused in one sentence (T3)', async () => {
    expect(await run(demo, [], { cache: 'here' })).toMatchObject({ code: 73, stdout: '', stderr: 'demo: cannot use TERRARIUM_CACHE=here: it is no absolute path.\n' });
  });

  test('without it the cache is XDG_CACHE_HOME, or .cache in the home folder (T2)', async () => {
    const home = temporary();
    await run(demo, [], { env: { HOME: home } });
    expect(cacheContents(join(home, '.cache')).apps).toHaveLength(1);
    await run(demo, [], { env: { HOME: home, XDG_CACHE_HOME: join(home, 'xdg') } });
    expect(cacheContents(join(home, 'xdg')).apps).toHaveLength(1);
  });
});

describe('a later start', () => {
  test.skipIf(!available('system calls of a warm start', 'strace'))('writes nothing, and opens nothing but the marker, to hold a shared lock on it', async () => {
    const ended = await run('strace', ['-f', '-o', join(folder, 'trace'), demo], { cache });
    expect(ended.stdout).toBe('hello\n');
    const lines = readFileSync(join(folder, 'trace'), 'utf8').split('\n').map((line) => line.replace(/^\d+\s+/, ''));
    const second = lines.findIndex((line, i) => i > 0 && line.startsWith('execve('));
    const touched = lines.slice(0, second).filter((line) => /^(open|openat|creat|flock|fcntl|mkdir|unlink|rename|write|read|pread\w*|fork|clone|symlink)(at|64|v)?\(/.test(line));
    expect(touched).toEqual([expect.stringMatching(/^open.*\/\.ok", O_RDONLY(\|O_(NONBLOCK|LARGEFILE|NOFOLLOW))*\) = \d+$/), expect.stringMatching(/^flock\(\d+, LOCK_SH\|LOCK_NB\) += 0$/)]);
    expect(lines.slice(0, second).filter((line) => /^[lf]?stat|^newfstatat|^statx/.test(line)).length).toBeLessThanOrEqual(4);
    expect(lines.slice(second).filter((line) => /O_WRONLY|O_RDWR|O_CREAT|^mkdir/.test(line) && !line.includes('/dev/'))).toEqual([]);
  });

  test.skipIf(!isRoot)('works in a cache that cannot be written (T1)', async () => {
    const theirs = temporary();
    for (const shared of [folder, theirs]) chmodSync(shared, 0o755);
    chownSync(theirs, nobody, nobody);
    const options = { uid: nobody, cache: join(theirs, 'cache') };
    expect(await run(demo, [], options)).toMatchObject({ code: 0, stdout: 'hello\n' });
    execFileSync('chmod', ['-R', 'a-w', theirs]);
    expect(await run(demo, [], options)).toMatchObject({ code: 0, stdout: 'hello\n', stderr: '' });
  });
});

test('compiles the app while unpacking when it is told to', async () => {
  const path = writeExecutable(join(folder, 'compiled'), pythonApp('linux-x86_64', { flags: 2 }));
  const other = join(folder, 'compile');
  expect(await run(path, [], { cache: other })).toMatchObject({ code: 0, stdout: 'hello\n', stderr: '' });
  const app = join(other, 'terrarium/apps', cacheContents(other).apps[0]!);
  expect(readdirSync(join(app, 'site/__pycache__'))).toEqual(['helper.cpython-314.pyc']);
  expect(readdirSync(join(app, 'app/__pycache__'))).toEqual(['own.cpython-314.pyc']);
  rmSync(other, { recursive: true });
});
