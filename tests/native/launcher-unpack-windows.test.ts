// What a start on Windows cannot do without is unpacked again when it is gone; a scanner that holds files delays it, and nothing else. Under wine.
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pythonApp } from './launcher-apps';
import { writeExecutable } from './launcher-assemble';
import { available, cacheContents, run, temporary } from './launcher-run';

const runnable = available('the Windows launcher', 'wine', 'wineserver');

describe.skipIf(!runnable)('a packed app on Windows', () => {
  const folder = temporary();
  const cache = join(folder, 'cache');
  const demo = join(folder, 'demo.exe');
  const windows = (path: string) => `Z:${path.replaceAll('/', '\\')}`;
  const env = { WINEPREFIX: join(folder, 'wine'), WINEDEBUG: '-all', DISPLAY: '', LC_ALL: 'C.UTF-8', HOME: folder, TERRARIUM_CACHE: windows(cache) };
  const start = (args: string[] = [], extra: Record<string, string> = {}) => run('wine', [demo, ...args], { env: { ...env, ...extra } });
  const lines = (text: string) => text.replaceAll('\r\n', '\n');
  const tree = (kind: 'apps' | 'runtimes', ...path: string[]) => join(cache, 'terrarium', kind, cacheContents(cache)[kind][0]!, ...path);
  const expectHello = async () => {
    const { code, stdout, stderr } = await start();
    expect([code, lines(stdout), stderr]).toEqual([0, 'hello\n', '']);
    expect(cacheContents(cache)).toMatchObject({ runtimes: [expect.any(String)], apps: [expect.any(String)], tmp: [] });
  };

  beforeAll(async () => {
    execFileSync('wineboot', ['-i'], { env: { ...process.env, ...env }, stdio: 'ignore', timeout: 200_000 });
    writeExecutable(demo, pythonApp('windows-x86_64'));
    await expectHello();
  });
  afterAll(() => void execFileSync('wineserver', ['-w'], { env: { ...process.env, ...env }, timeout: 20_000 }));

  test('knows what it cannot do without', () => {
    const marker = readFileSync(tree('apps', '.ok'), 'utf8').split('\n').slice(3, -1).map((line) => line.split(' ')[1]);
    expect(marker).toEqual(expect.arrayContaining(['app', 'boot.py', 'python.exe', 'python314._pth', 'python314.dll', 'self.py', 'site-packages', 'vcruntime140.dll']));
    expect(readFileSync(tree('runtimes', '.ok'), 'utf8')).toMatch(/^1\n\d+ Lib\/encodings\/__init__\.py\n\d+ python\.exe\n$/);
  });

  test.each(['boot.py', 'python314._pth', 'python314.dll', 'python.exe', '.ok'])('is mended when the app’s %s is empty', async (name) => {
    // A hard link shares its content with the runtime: the app's own name alone is to be harmed.
    const path = tree('apps', name), size = lstatSync(path).size;
    rmSync(path);
    writeFileSync(path, '');
    await expectHello();
    expect(statSync(path).size).toBe(size);
  });

  test('is mended when the runtime’s first module is cut, or a folder is gone', async () => {
    truncateSync(tree('runtimes', 'Lib/encodings/__init__.py'), 10);
    await expectHello();
    rmSync(tree('apps', 'site-packages'), { recursive: true });
    await expectHello();
  });

  test('is mended when the interpreter is no program any more, of the right size', async () => {
    const path = tree('apps', 'python.exe'), { size } = lstatSync(path);
    rmSync(path);
    writeFileSync(path, 'x'.repeat(size));
    await expectHello();
  });

  /** Opens the first new folder in tmp as a scanner does, denying others to rename it, for so many seconds. */
  const scanner = `
import ctypes, os, sys, time
open_file = ctypes.windll.kernel32.CreateFileW
open_file.restype = ctypes.c_void_p
folder, end, handle = sys.argv[1], time.time() + 30, None
while time.time() < end and handle is None:
    for name in os.listdir(folder):
        handle = open_file(os.path.join(folder, name), 0x80000000, 1, None, 3, 0x02000000, None)
        if handle == ctypes.c_void_p(-1).value: handle = None
print("held" if handle else "nothing came", flush=True)
time.sleep(float(sys.argv[2]))`;

  /** How a first start ends while the scanner holds its folder from beginning on. */
  async function startScanned(seconds: number) {
    const other = join(folder, `scanned${seconds}`);
    mkdirSync(join(other, 'terrarium/tmp'), { recursive: true });
    const scanning = run('wine', [demo, '-c', scanner, windows(join(other, 'terrarium/tmp')), `${seconds}`], { env: { ...env, TERRARIUM_INTERPRETER: '1' } });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const ended = await start([], { TERRARIUM_CACHE: windows(other) });
    expect(lines((await scanning).stdout)).toBe('held\n');
    return { other, ...ended, stdout: lines(ended.stdout), stderr: lines(ended.stderr) };
  }

  test('waits for a scanner that holds what was just unpacked', async () => {
    const { other, ...ended } = await startScanned(1.5);
    expect(ended).toMatchObject({ code: 0, stdout: 'hello\n', stderr: '' });
    expect(cacheContents(other)).toMatchObject({ runtimes: [expect.any(String)], apps: [expect.any(String)], tmp: [] });
  });

  test('says so when it holds it for long, and starts when it is done', async () => {
    const { other, ...ended } = await startScanned(20);
    expect(ended).toMatchObject({ code: 74, stdout: '', stderr: expect.stringMatching(/^demo: cannot put .* in its place: .* \(error 32\); end what holds it or runs from it, and start again\.\n$/) });
    expect(await start([], { TERRARIUM_CACHE: windows(other) })).toMatchObject({ code: 0 });
    expect(cacheContents(other).tmp).toEqual([]);
  });

  test('gives its folder to its user, the administrators and the system alone', async () => {
    const code = `
import ctypes
from ctypes import wintypes
advapi, kernel = ctypes.windll.advapi32, ctypes.windll.kernel32
descriptor = ctypes.c_void_p()
advapi.GetNamedSecurityInfoW(${JSON.stringify(windows(join(cache, 'terrarium')))}, 1, 4, None, None, None, None, ctypes.byref(descriptor))
text = wintypes.LPWSTR()
advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, 1, 4, ctypes.byref(text), None)
print(text.value)`;
    const ended = await run('wine', [demo, '-c', code], { env: { ...env, TERRARIUM_INTERPRETER: '1' } });
    const entries = [...ended.stdout.matchAll(/\(([^)]*)\)/g)].map((match) => match[1]!.split(';'));
    expect(entries.map(([kind]) => kind)).toEqual(entries.map(() => 'A'));
    // wine shows what Unix modes can say of an access list: no more than these may be in it.
    for (const entry of entries) expect(entry.at(-1)).toMatch(/^(BA|SY|OW|S-1-5-21-[\d-]+|LA)$/);
    expect(entries.length).toBeGreaterThan(0);
    // The administrators are a group there, which may read.
    expect(lstatSync(join(cache, 'terrarium')).mode & 0o027).toBe(0);
    expect(readdirSync(join(cache, 'terrarium')).sort()).toEqual(['apps', 'locks', 'runtimes', 'tmp']);
  });
});
