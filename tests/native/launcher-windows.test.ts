// The Windows launcher under wine, with pipes for standard streams (wine's Python dies on regular files).
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pythonApp } from './launcher-apps';
import { writeExecutable } from './launcher-assemble';
import { available, cacheContents, run, temporary } from './launcher-run';
import { hostPython } from './launcher-runtime';

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

  /** The app's folder: later tests put other apps beside it. */
  let app: string;

  test('is unpacked once, its interpreter hard linked', async () => {
    const contents = cacheContents(cache);
    expect(contents).toMatchObject({ runtimes: [expect.any(String)], apps: [expect.any(String)], tmp: [] });
    app = join(cache, 'terrarium/apps', contents.apps[0]!);
    expect(readdirSync(app)).toEqual(expect.arrayContaining(['python.exe', 'pythonw.exe', 'python314.dll', 'vcruntime140.dll', 'python314._pth', 'boot.py', '.ok']));
    expect(statSync(join(app, 'python.exe')).nlink).toBe(2);
  });

  test.each([0, 3, 255])('ends with exit code %i (T27)', async (code) => {
    expect((await start(['exit', String(code)])).code).toBe(code);
  });

  test('gets its arguments unchanged, and is told where it is (T24)', async () => {
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

  test('starts children through sys.executable, and spawned workers (T28)', async () => {
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
    expect(readdirSync(join(other, 'terrarium/apps', cacheContents(other).apps[0]!, 'site-packages/__pycache__'))).toEqual(['helper.cpython-314.pyc']);
  });

  test('unpacks once when four start at the same time (T8)', async () => {
    const other = join(folder, 'many');
    const ended = await Promise.all([1, 2, 3, 4].map(() => start([], { TERRARIUM_CACHE: `Z:${other.replaceAll('/', '\\')}` })));
    expect(ended.map((one) => [one.code, lines(one.stdout), one.stderr])).toEqual(Array(4).fill([0, 'hello\n', '']));
    expect(cacheContents(other).tmp).toEqual([]);
  });

  test.each(['python.exe', '.ok'])('is repaired when the app’s %s is gone (T11)', async (name) => {
    rmSync(join(app, name));
    expect(lines((await start()).stdout)).toBe('hello\n');
    expect(readdirSync(app)).toContain(name);
    expect(cacheContents(cache).tmp).toEqual([]);
  });

  const windows = (path: string) => `Z:${path.replaceAll('/', '\\')}`;
  /** Runs Python code under wine, by the app's interpreter; `program` is the app. */
  const drive = (code: string) => run('wine', [demo, '-c', `import os, subprocess\nprogram = ${JSON.stringify(windows(demo))}\n${code}`], { env: { ...env, TERRARIUM_INTERPRETER: '1' } });

  test('unpacks below the profile of a user whose name is not ASCII (T4)', async () => {
    const local = join(folder, 'Jürgen 漢字 😀/AppData/Local');
    mkdirSync(local, { recursive: true });
    const code = `environment = {name: value for name, value in os.environ.items() if not name.startswith("TERRARIUM")} | {"LOCALAPPDATA": ${JSON.stringify(windows(local))}}
print(subprocess.run([program], env=environment, capture_output=True, text=True))`;
    expect((await drive(code)).stdout).toContain("returncode=0, stdout='hello\\n', stderr=''");
    expect(cacheContents(local)).toMatchObject({ runtimes: [expect.any(String)], apps: [expect.any(String)], tmp: [] });
  });

  test('says so when the cache’s path is too long for what lies in it (T4)', async () => {
    const { code, stdout, stderr } = await start([], { TERRARIUM_CACHE: windows(join(folder, 'd'.repeat(100), 'd'.repeat(40))) });
    expect([code, stdout]).toEqual([73, '']);
    expect(lines(stderr)).toMatch(/^demo: cannot unpack, because no folder for it can be used \(.*: its path has more than 140 characters, .*\); set TERRARIUM_CACHE to a folder of your own\.\n$/);
  });

  test('has a path of up to 140 characters for its cache (T4)', async () => {
    const long = join(folder, 'd'.repeat(40), 'e'.repeat(138 - folder.length - 42));
    expect(lines((await start([], { TERRARIUM_CACHE: windows(long) })).stdout)).toBe('hello\n');
    expect(lines((await start(['child'], { TERRARIUM_CACHE: windows(long) })).stdout)).toBe('helper x 1\n');
  });

  test('passes Ctrl-C on, and ends with the exit code that the app gives it (T26)', async () => {
    const script = `import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execvp("wine", ["wine", sys.argv[1], "interrupted", "SIGINT"])
seen, sent = b"", False
while True:
    try: piece = os.read(terminal, 4096)
    except OSError: break
    if not piece: break
    seen += piece
    if b"ready" in seen and not sent:
        sent = True
        os.write(terminal, b"\\x03")
print(sent, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
    expect((await run(hostPython, ['-c', script, demo], { env })).stdout).toBe('True 5\n');
  });

  test('keeps the last words of a windowed app that nobody sees (T25)', async () => {
    const entry = "{'name': 'demo', 'kind': 'function', 'value': 'own:nothing', 'windowed': True, 'origin': ''}";
    const code = `from terrarium.boot import boot; print(boot({'name': 'demo', 'commands': [${entry}], 'preferred': 'demo', 'pthSite': False, 'compile': False}, [])[0]['text'])`;
    const boot = execFileSync(hostPython, ['-c', code], { env: { PYTHONPATH: fileURLToPath(new URL('../../workers/python', import.meta.url)) }, encoding: 'utf8' });
    const windowed = writeExecutable(join(folder, 'last words.exe'), pythonApp('windows-x86_64', { flags: 1 }, boot));
    const ended = await drive(`print(subprocess.Popen([${JSON.stringify(windows(windowed))}], creationflags=subprocess.DETACHED_PROCESS).wait())`);
    expect(lines(ended.stdout)).toBe('1\n');
    expect(readFileSync(join(cache, 'terrarium/logs/demo.log'), 'utf8')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d .*module 'own' has no attribute 'nothing'\r?\n$/);
  });

  test('is asked about itself, and cleans up', async () => {
    expect((await start([], { TERRARIUM_SELF: 'info' })).stdout).toMatch(/^name: demo\r?$/m);
    expect(lines((await start([], { TERRARIUM_SELF: 'verify' })).stdout)).toMatch(/^as packed: /);
    const altered = readdirSync(join(cache, 'terrarium/apps')).map((key) => join(cache, 'terrarium/apps', key, 'site-packages/helper.py'));
    for (const path of altered) writeFileSync(path, 'broken');
    const found = await start([], { TERRARIUM_SELF: 'verify' });
    expect([found.code, lines(found.stdout)]).toEqual([1, expect.stringMatching(/^apps\\\w+: altered: site-packages\\helper\.py\nthe next start unpacks again\n$/)]);
    expect(lines((await start(['child'])).stdout)).toBe('helper x 1\n');
    expect((await start([], { TERRARIUM_SELF: 'clean' })).code).toBe(0);
    expect(cacheContents(cache)).toEqual({ runtimes: [], apps: [], tmp: [] });
  });

  test('says in one sentence that the file is damaged (T18)', async () => {
    const bytes = pythonApp('windows-x86_64');
    const cut = writeExecutable(join(folder, 'cut.exe'), bytes.subarray(0, bytes.length - 5000));
    const ended = await run('wine', [cut], { env: { ...env, TERRARIUM_CACHE: `Z:${join(folder, 'cut').replaceAll('/', '\\')}` } });
    expect(ended.code).toBe(70);
    expect(lines(ended.stderr)).toMatch(/^demo: cannot unpack .*: it was truncated or stripped \(.*\n$/);
  });
});
