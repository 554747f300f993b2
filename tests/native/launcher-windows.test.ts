// The Windows launcher under wine, with pipes for standard streams (wine's Python dies on regular files).
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pythonApp } from './launcher-apps';
import { writeExecutable } from './launcher-assemble';
import { available, cacheContents, run, temporary } from './launcher-run';

const runnable = available('the Windows launcher', 'wine', 'wineserver');

describe.skipIf(!runnable)('a packed app on Windows', () => {
  const folder = temporary();
  const cache = join(folder, 'cache é');
  const demo = join(folder, 'demo app.exe');
  const env = { WINEPREFIX: join(folder, 'wine'), WINEDEBUG: '-all', LC_ALL: 'C.UTF-8', HOME: folder, TERRARIUM_CACHE: `Z:${cache.replaceAll('/', '\\')}` };
  const start = (args: string[] = [], extra: Record<string, string> = {}, input = '') => run('wine', [demo, ...args], { env: { ...env, ...extra }, input });
  const lines = (text: string) => text.replaceAll('\r\n', '\n');

  beforeAll(async () => {
    execFileSync('wineboot', ['-i'], { env: { ...process.env, ...env }, stdio: 'ignore', timeout: 200_000 });
    writeExecutable(demo, pythonApp('windows-x86_64'));
    const first = await start();
    expect({ ...first, stdout: lines(first.stdout) }).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  // wine writes its registry when its last process ends, which is after that of the test.
  afterAll(() => void execFileSync('wineserver', ['-w'], { env: { ...process.env, ...env }, timeout: 20_000 }));

  test('is unpacked once, its interpreter hard linked', async () => {
    const contents = cacheContents(cache);
    expect(contents).toMatchObject({ runtimes: [expect.any(String)], apps: [expect.any(String)], tmp: [] });
    const app = join(cache, 'terrarium/apps', contents.apps[0]!);
    expect(readdirSync(app)).toEqual(expect.arrayContaining(['python.exe', 'pythonw.exe', 'python314.dll', 'vcruntime140.dll', 'python314._pth', 'boot.py', '.ok']));
    expect(statSync(join(app, 'python.exe')).nlink).toBe(2);
  });

  test.each([0, 3, 255])('ends with exit code %i', async (code) => {
    expect((await start(['exit', String(code)])).code).toBe(code);
  });

  test('gets its arguments unchanged, and is told where it is', async () => {
    const args = ['', 'a b', 'tail\\', 'a "quoted" word', 'back\\\\slashes\\" x', 'ü', '-c'];
    const report = JSON.parse((await start(['report', ...args])).stdout);
    expect(report.argv).toEqual(args);
    expect(report.env.TERRARIUM.toLowerCase()).toBe(`z:${demo.replaceAll('/', '\\')}`.toLowerCase());
    expect(report.executable.toLowerCase()).toBe(`${report.env.TERRARIUM_DIR}\\python.exe`.toLowerCase());
    expect(report.flags).toEqual([1, 0]);
  });

  test('gets its standard input', async () => {
    expect((await start(['cat'], {}, 'through\n')).stdout).toBe('through\n');
  });

  test('starts children through sys.executable, and spawned workers', async () => {
    expect(lines((await start(['child'])).stdout)).toBe('helper x 1\n');
    expect(lines((await start(['spawn'])).stdout)).toBe('[1, 4, 9]\n');
  });

  test('prints its manifest and its folder', async () => {
    expect(JSON.parse((await start([], { TERRARIUM_INSPECT: '1' })).stdout)).toEqual({ format: 1, name: 'demo' });
    expect((await start([], { TERRARIUM_UNPACK: '1' })).stdout).toContain('/terrarium/apps/');
  });

  test('runs with pythonw.exe when it is windowed', async () => {
    const windowed = writeExecutable(join(folder, 'windowed.exe'), pythonApp('windows-x86_64', { flags: 1 }));
    const ended = await run('wine', [windowed, 'report'], { env });
    expect(JSON.parse(ended.stdout).executable).toMatch(/pythonw\.exe$/);
  });

  test('compiles the app while unpacking when it is told to', async () => {
    const other = join(folder, 'compile');
    const path = writeExecutable(join(folder, 'compiled.exe'), pythonApp('windows-x86_64', { flags: 2 }));
    expect((await run('wine', [path], { env: { ...env, TERRARIUM_CACHE: `Z:${other.replaceAll('/', '\\')}` } })).code).toBe(0);
    expect(readdirSync(join(other, 'terrarium/apps', cacheContents(other).apps[0]!, 'site/__pycache__'))).toEqual(['helper.cpython-314.pyc']);
  });

  test('unpacks once when four start at the same time', async () => {
    const other = join(folder, 'many');
    const ended = await Promise.all([1, 2, 3, 4].map(() => start([], { TERRARIUM_CACHE: `Z:${other.replaceAll('/', '\\')}` })));
    expect(ended.map((one) => [one.code, lines(one.stdout), one.stderr])).toEqual(Array(4).fill([0, 'hello\n', '']));
    expect(cacheContents(other).tmp).toEqual([]);
  });

  test.each(['python.exe', '.ok'])('is repaired when the app’s %s is gone', async (name) => {
    const app = join(cache, 'terrarium/apps', cacheContents(cache).apps[0]!);
    rmSync(join(app, name));
    expect(lines((await start()).stdout)).toBe('hello\n');
    expect(readdirSync(app)).toContain(name);
    expect(cacheContents(cache).tmp).toEqual([]);
  });

  test('says in one sentence that the file is damaged', async () => {
    const bytes = pythonApp('windows-x86_64');
    const cut = writeExecutable(join(folder, 'cut.exe'), bytes.subarray(0, bytes.length - 5000));
    const ended = await run('wine', [cut], { env: { ...env, TERRARIUM_CACHE: `Z:${join(folder, 'cut').replaceAll('/', '\\')}` } });
    expect(ended.code).toBe(70);
    expect(lines(ended.stderr)).toMatch(/^demo: cannot unpack .*: it was truncated or stripped \(.*\n$/);
  });
});
