// A packed app on Windows is to its parent and its children what python.exe is: each case is run with both, under wine.
// What wine cannot show is listed, with the reason, in process/not-run.json.
import { execFileSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { available, run, temporary, type RunOptions } from './launcher-run';
import { cpython, hostPython } from './launcher-runtime';
import { bareProbe, data, packProbe } from './process-app';

const target = 'windows-x86_64';
const runnable = available('a packed app on Windows beside python.exe', 'wine', 'wineserver');
const driver = join(data, 'drive_windows.py');
const titles = (): string[][] => JSON.parse(execFileSync(hostPython, ['-I', driver, '--list'], { encoding: 'utf8' }));
const cases = runnable ? titles().map(([name, title, hazard]) => [`${title} (${hazard})`, name!] as const) : [];

describe.skipIf(!runnable)('as with python.exe:', () => {
  const folder = temporary();
  const windows = (path: string): string => `Z:${path.replaceAll('/', '\\')}`;
  const demo = join(folder, 'demo.exe');
  const python = join(cpython(target), 'python.exe');
  const env = { WINEPREFIX: join(folder, 'wine'), WINEDEBUG: '-all', DISPLAY: '', LC_ALL: 'C.UTF-8', HOME: folder, TERRARIUM_CACHE: windows(join(folder, 'cache')) };
  const lines = (text: string): string => text.replaceAll('\r\n', '\n');
  const wine = (command: string, args: string[] = [], options: RunOptions = {}) => run('wine', [command, ...args], { ...options, env: { ...env, ...options.env } });
  let expected: Record<string, unknown>;
  let found: Record<string, unknown>;

  async function drive(where: string, command: string[]): Promise<Record<string, unknown>> {
    const out = join(folder, `${where}.json`);
    const ended = await wine(python, ['-I', windows(driver), windows(out), windows(join(folder, where)), ...command.map((word) => (word.startsWith('/') ? windows(word) : word))]);
    expect(ended.stderr).toBe('');
    return JSON.parse(readFileSync(out, 'utf8'));
  }

  beforeAll(async () => {
    execFileSync('wineboot', ['-i'], { env: { ...process.env, ...env }, stdio: 'ignore', timeout: 200_000 });
    packProbe(demo, { target });
    expect(lines((await wine(demo, ['arguments', 'x'])).stdout)).toBe("1\n['x']\n");
    [expected, found] = await Promise.all([drive('bare', bareProbe(join(folder, 'probe'), target)), drive('packed', [demo])]);
  }, 600_000);
  afterAll(() => void execFileSync('wineserver', ['-w'], { env: { ...process.env, ...env }, timeout: 20_000 }));

  test.each(cases)('%s', (_, name) => {
    expect(expected[name], 'the driver did not fail').toBeInstanceOf(Array);
    expect(JSON.stringify(expected[name])).not.toContain('"hangs"');
    expect(found[name]).toEqual(expected[name]);
  });

  /** Runs Python code by python.exe; `command` is the app, or python.exe with the probe. */
  const inside = (command: string[], code: string, options: RunOptions = {}) =>
    wine(python, ['-I', '-c', `import _winapi, os, signal, subprocess, sys, time\ncommand = ${JSON.stringify(command.map((word) => (word.startsWith('/') ? windows(word) : word)))}\n${code}`], options);
  const bare = () => [python, '-I', join(folder, 'probe/probe.py')];

  test('killed, it takes its interpreter along, and leaves alone what that had started, as killing Python does (T26)', async () => {
    const app = 'import subprocess, time; p = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"]); print(os.getpid(), p.pid, flush=True); time.sleep(100)';
    const code = `
def ended(number, wait):
    try: handle = _winapi.OpenProcess(0x100000, False, number)
    except OSError: return True
    return _winapi.WaitForSingleObject(handle, wait) == 0
process = subprocess.Popen([*command, 'call', ${JSON.stringify(app)}], stdout=subprocess.PIPE)
own, child = map(int, process.stdout.readline().split())
print(ended(own, 0), ended(child, 0))
process.kill()
print(process.wait(), ended(own, 30000), ended(child, 500))
os.kill(child, 9)
print(ended(child, 30000))`;
    for (const command of [bare(), [demo]]) expect(lines((await inside(command, code)).stdout)).toBe('False False\n1 True False\nTrue\n');
  });

  /** On a pseudo-terminal, which is a console to wine; what the code wrote to the file `out`. */
  async function onConsole(command: string[], code: string): Promise<string> {
    const out = join(folder, `console ${command.length}`);
    writeFileSync(out, '');
    const inner = `import os, signal, subprocess, sys, time\nout = open(${JSON.stringify(windows(out))}, 'a')\ncommand = ${JSON.stringify(command.map((word) => (word.startsWith('/') ? windows(word) : word)))}\n${code}`;
    const outer = `import os, pty, select, sys, time
pid, terminal = pty.fork()
if pid == 0: os.execvp('wine', ['wine', sys.argv[1], '-I', '-c', sys.argv[2]])
seen, sent, end = b'', False, time.monotonic() + 60
while time.monotonic() < end:
    if select.select([terminal], [], [], 0.3)[0]:
        try: piece = os.read(terminal, 4096)
        except OSError: break
        if not piece: break
        seen += piece
        if b'press' in seen and not sent:
            sent = True
            time.sleep(0.3)
            os.write(terminal, b'\x03')
else: os.kill(pid, 9)
os.waitpid(pid, 0)`;
    const ended = await run(hostPython, ['-I', '-c', outer, python, inner], { env });
    expect(ended.stderr).toBe('');
    return lines(readFileSync(out, 'utf8'));
  }

  test('Ctrl-C that is not handled ends it as it ends Python (T26)', async () => {
    const code = `signal.signal(signal.SIGINT, signal.SIG_IGN)
process = subprocess.Popen([*command, 'call', 'import time; print("ready", flush=True); time.sleep(20)'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
process.stdout.readline()
print('press', flush=True)
error = process.communicate()[1]
print(process.returncode, b'KeyboardInterrupt' in error, b'boot.py' in error, file=out, flush=True)`;
    const measure = await onConsole(bare(), code);
    expect(measure).toMatch(/^\d+ True False\n$/);
    expect(await onConsole([demo], code)).toBe(measure);
  });

  describe('what an attacker can write', () => {
    // Not kernelbase and ucrtbase: wine alone looks for these where the executable lies.
    const libraries = ['version', 'python3', 'python314', 'vcruntime140', 'vcruntime140_1', 'user32', 'advapi32', 'bcrypt', 'cryptbase', 'api-ms-win-core-path-l1-1-0', 'api-ms-win-security-base-l1-1-0',
      'api-ms-win-core-processthreads-l1-1-0', 'api-ms-win-crt-runtime-l1-1-0', 'api-ms-win-crt-private-l1-1-0', 'ws2_32', 'shlwapi', 'apphelp', 'dwmapi', 'uxtheme', 'profapi', 'msvcrt', 'ntmarta', 'cryptsp', 'pathcch', 'secur32'];

    function plant(place: string): void {
      mkdirSync(join(place, 'DLLs'), { recursive: true });
      // A library that loads and is not what its name says; python.exe, put beside them, shows that they are taken.
      for (const name of libraries) copyFileSync(join(cpython(target), 'vcruntime140_1.dll'), join(place, `${name}.dll`));
      for (const name of ['zipfile', 'sitecustomize', 'usercustomize', 'os', 'site', 'encodings', 'random', 'json']) writeFileSync(join(place, `${name}.py`), `raise SystemExit("evil " + ${JSON.stringify(name)})\n`);
      for (const name of ['python314._pth', 'demo._pth', 'pyvenv.cfg', 'pybuilddir.txt', 'python314.zip']) writeFileSync(join(place, name), 'evil\n');
      mkdirSync(join(place, 'exe_123'), { recursive: true });
      mkdirSync(join(place, 'Modules'), { recursive: true });
      mkdirSync(join(place, 'Lib'), { recursive: true });
      writeFileSync(join(place, 'Modules/Setup.local'), '');
      writeFileSync(join(place, 'Lib/os.py'), 'raise SystemExit("evil os")\n');
    }
    const loaded = (trace: string): string[] => [...trace.matchAll(/Loaded L"(.*?)" at/g)].map((match) => match[1]!.replaceAll('\\\\', '\\').toLowerCase());
    const code = 'import json, random, ssl, zipfile, ctypes, sqlite3, subprocess; subprocess.run([sys.executable, "-c", "import random, json, ssl"], check=True); print("good")';

    test('beside the executable and in the current folder is never loaded: neither library nor module nor landmark (T22, T23)', async () => {
      const place = join(folder, 'upper/here');
      plant(place);
      plant(join(folder, 'upper'));
      const path = join(place, 'demo.exe');
      linkSync(demo, path);
      const ended = await wine(path, ['call', code], { cwd: place, env: { WINEDEBUG: '-all,+loaddll' } });
      expect([ended.code, lines(ended.stdout)]).toEqual([0, 'good\n']);
      const seen = loaded(ended.stderr);
      const theirs = windows(join(folder, 'upper')).toLowerCase();
      expect(seen.some((name) => name.endsWith('python314.dll') && name.includes('\\terrarium\\apps\\'))).toBe(true);
      expect(seen.filter((name) => name.startsWith(theirs) && name !== windows(path).toLowerCase())).toEqual([]);

      copyFileSync(python, join(place, 'python.exe'));
      const fooled = await wine(join(place, 'python.exe'), ['-I', '-c', '1'], { cwd: place, env: { WINEDEBUG: '-all,+loaddll' }, killAfter: 30_000 });
      expect(loaded(fooled.stderr).filter((name) => name.startsWith(theirs)), 'what was planted would be loaded').toContainEqual(expect.stringMatching(/\.dll$/));
    });

    test('the launcher imports from kernel32 and API sets alone, which come from the system’s folder (T22)', () => {
      const file = join(folder, 'demo.exe');
      const imports = execFileSync('llvm-readobj', ['--coff-imports', file], { encoding: 'utf8' }).match(/(?<=Name: ).*\.dll/gi)!.map((name) => name.toLowerCase());
      expect(imports).toContain('kernel32.dll');
      expect(imports.filter((name) => !/^(kernel32|api-ms-win-[\w-]+)\.dll$/.test(name))).toEqual([]);
    });
  });

  test('runs under other names: with spaces, letters of all kinds, a long path, another ending (T19)', async () => {
    for (const name of ['a b.exe', 'ü漢字😀.exe', "it's %PATH% ^&.exe", 'x.y.z.exe', 'DEMO.EXE', `${'d'.repeat(100)}/${'e'.repeat(100)}/long.exe`]) {
      const path = join(folder, 'names', name);
      mkdirSync(join(path, '..'), { recursive: true });
      linkSync(demo, path);
      const ended = await wine(path, ['call', 'print(ascii(os.environ["TERRARIUM"].rpartition("\\\\")[2]))']);
      expect([name, ended.code, ended.stderr]).toEqual([name, 0, '']);
      expect(lines(ended.stdout).toLowerCase()).toBe(`'${name.replace(/.*\//, '').replace(/[^\x00-\x7f]/gu, (letter) => (letter.codePointAt(0)! > 0xffff ? `\\U${letter.codePointAt(0)!.toString(16).padStart(8, '0')}` : letter.codePointAt(0)! > 0xff ? `\\u${letter.codePointAt(0)!.toString(16)}` : `\\x${letter.codePointAt(0)!.toString(16)}`)).toLowerCase()}'\n`.replace("'it's %path% ^&.exe'", `"it's %path% ^&.exe"`));
    }
  });

  test('a windowed app has the streams that pythonw.exe has (T25)', async () => {
    const windowed = packProbe(join(folder, 'windowed.exe'), { target, extra: { flags: 1 } });
    const bytes = readFileSync(windowed);
    bytes.writeUInt16LE(2, bytes.readUInt32LE(60) + 92); // the subsystem, as assembly writes it
    writeFileSync(windowed, bytes);
    const pythonw = [join(cpython(target), 'pythonw.exe'), ...bare().slice(1)];
    const found = [];
    for (const command of [pythonw, [windowed]])
      found.push(await inside(command, `
for flags in (0, subprocess.DETACHED_PROCESS, subprocess.CREATE_NO_WINDOW):
    path = ${JSON.stringify(windows(folder))} + '\\\\w.txt'
    startup = subprocess.STARTUPINFO(dwFlags=subprocess.STARTF_USESTDHANDLES)
    process, thread, _, _ = _winapi.CreateProcess(None, subprocess.list2cmdline([*command, 'streams', path]), None, None, False, flags, None, None, startup)
    _winapi.WaitForSingleObject(process, 60000)
    print(_winapi.GetExitCodeProcess(process), open(path).read())
    os.remove(path)
    print(subprocess.run([*command, 'cat'], input=b'through', capture_output=True, creationflags=flags).stdout)`));
    expect(found[0]).toMatchObject({ code: 0, stdout: expect.stringContaining("[True, True, True]") });
    expect(found[1]!.stdout).toBe(found[0]!.stdout);
  });
});
