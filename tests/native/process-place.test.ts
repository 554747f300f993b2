// Wherever the executable lies, however it is named and whatever an attacker put beside it: the app starts, and only the app.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, linkSync, lutimesSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { available, cacheContents, hasCommand, run, temporary, type Ended } from './launcher-run';
import { hostPython } from './launcher-runtime';
import { packProbe } from './process-app';

const folder = temporary();
const cache = join(folder, 'cache');
const demo = join(folder, 'demo');
const where = 'print(os.environ["TERRARIUM"], sys.argv[0], sep="\\n")';
const tellWhere = (ended: Ended): string[] => {
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return ended.stdout.split('\n').slice(0, 2);
};
const isRoot = process.getuid?.() === 0;
const mounts = isRoot && hasCommand('unshare') && tryMount();
if (!mounts) console.warn('SKIPPED: read-only media and a missing /proc, because this user may not mount');

function tryMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A hard link to the app under another name, in a folder of its own. */
function placed(name: string): string {
  const path = join(temporary(), name);
  mkdirSync(dirname(path), { recursive: true });
  linkSync(demo, path);
  return path;
}

beforeAll(async () => {
  packProbe(demo);
  expect(await run(demo, ['arguments'], { cache })).toMatchObject({ code: 0, stderr: '' });
});

describe('the executable', () => {
  const names = ['a b', `quo'te"s`, 'ü漢字😀', '$HOME;&|', '-I', '-c', 'self', 'x.exe', 'a\nb', '%s', '.hidden', 'demo (deleted)', ' (deleted)', 'python3.14', 'x'.repeat(255), `${'d'.repeat(200)}/`.repeat(8) + 'x'];
  test.each(names)('may be named %j (T19)', async (name) => {
    const path = placed(name);
    expect(await run(path, ['call', where.replaceAll('\\n', '|')], { cache })).toEqual({ code: 0, signal: null, stdout: `${path}|${path}\n`, stderr: '' });
    expect(await run(path, ['arguments', 'x'], { cache: join(dirname(path), 'c') })).toMatchObject({ code: 0, stdout: "1\n['x']\n" });
  });

  test('may have a name that is no UTF-8, and lie deeper than any path can say (T19)', async () => {
    const script = `import os, shutil, subprocess, sys
demo, folder = sys.argv[1:]
os.chdir(folder)
os.link(demo, b'd\\xff')
print(subprocess.run([b'./d\\xff', 'call', 'print(ascii(os.environ["TERRARIUM"][-2:]), ascii(sys.argv[0]))'], capture_output=True))
for _ in range(25):
    os.mkdir('d' * 200)
    os.chdir('d' * 200)
os.link(demo, 'demo')
for cache in (os.environ['TERRARIUM_CACHE'], folder + '/cold'):
    print(subprocess.run(['./demo', 'arguments', 'x'], capture_output=True, env={'TERRARIUM_CACHE': cache}))
os.chdir(folder)
shutil.rmtree('d' * 200)`;
    const { stdout } = await run(hostPython, ['-I', '-c', script, demo, temporary()], { cache });
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      expect.stringContaining(String.raw`stdout=b"'d\\udcff' './d\\udcff'\n", stderr=b''`),
      ...Array(2).fill(expect.stringContaining(String.raw`returncode=0, stdout=b"1\n['x']\n", stderr=b''`)),
    ]);
  });

  test('is found through links, by relative paths and by PATH, and tells where it really is (T19)', async () => {
    const path = placed('real/app');
    const base = dirname(dirname(path));
    symlinkSync('real/app', join(base, 'first'));
    symlinkSync(join(base, 'first'), join(base, 'second'));
    const env = { PATH: `${base}:${process.env['PATH']}` };
    for (const [command, cwd] of [['./second', base], ['real/app', base], ['../second', join(base, 'real')], ['second', base], [join(base, 'second'), '/']] as const) {
      const ended = await run('sh', ['-c', '"$@"', 'sh', command, 'call', where], { cache, env, cwd });
      expect(tellWhere(ended)).toEqual([path, command === 'second' ? expect.stringMatching(/second$/) : command]);
    }
  });

  test('may be deleted, replaced or overwritten by another version while it runs (T19)', async () => {
    const path = placed('app');
    const code = 'import subprocess; print("ready", flush=True); input(); import json, ssl, sqlite3; print(subprocess.run([sys.executable, "-c", "print(5)"], capture_output=True).stdout)';
    const child = spawn(path, ['call', code], { env: { TERRARIUM_CACHE: cache } });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (out === '') {
        rmSync(path);
        writeFileSync(path, 'another file');
        child.stdin.end('\n');
      }
      out += chunk;
    });
    const code2 = await new Promise((resolve) => child.on('close', resolve));
    expect([code2, out]).toEqual([0, "ready\nb'5\\n'\n"]);
  });

  test.each(['warm', 'cold'])('may be in memory only, in a %s start (T19)', async (kind) => {
    const script = `import ctypes, os, sys
demo, cache = sys.argv[1:]
for flags in (0, 1):
    file = ctypes.CDLL(None).memfd_create(b'app', flags)
    with open(demo, 'rb') as source:
        while piece := source.read(1 << 20): os.write(file, piece)
    child = os.fork()
    if child == 0: os.execve(f'/proc/self/fd/{file}', ['in memory', 'arguments', 'x'], {'TERRARIUM_CACHE': cache + str(flags)})
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)`;
    const base = join(folder, 'memory');
    if (kind === 'warm') for (const flags of ['0', '1']) await run(demo, ['arguments'], { cache: join(folder, 'memory-warm') + flags });
    expect(await run(hostPython, ['-I', '-c', script, demo, kind === 'warm' ? join(folder, 'memory-warm') : base])).toEqual({ code: 0, signal: null, stdout: "1\n['x']\n0\n".repeat(2), stderr: '' });
  });

  test.skipIf(!mounts)('may lie on a read-only medium, and start where there is no /proc (T19)', async () => {
    const medium = 'mount -t tmpfs none /mnt && cp "$0" /mnt/app && mount -o remount,ro /mnt && cd /mnt && exec /mnt/app call "$1"';
    expect(tellWhere(await run('unshare', ['-m', 'sh', '-c', medium, demo, where], { cache: join(folder, 'medium') }))).toEqual(['/mnt/app', '/mnt/app']);
    for (const place of [cache, join(folder, 'no proc')]) {
      const ended = await run('unshare', ['-m', 'sh', '-c', 'cd "${0%/*}" && umount -l /proc && exec ./demo call "$1"', demo, where], { cache: place });
      expect(tellWhere(ended)).toEqual([expect.stringMatching(/\/demo$/), './demo']);
      expect(ended.stdout.startsWith(folder)).toBe(true);
    }
  });

  test.skipIf(!isRoot)('may be executable but not readable, once it was unpacked; before that it says so (T19)', async () => {
    const theirs = temporary();
    for (const open of [folder, theirs]) chmodSync(open, 0o755);
    const path = join(theirs, 'app');
    copyFileSync(demo, path);
    chmodSync(path, 0o755);
    chownSync(theirs, 65534, 65534);
    const options = { uid: 65534, cache: join(theirs, 'cache') };
    expect(await run(path, ['arguments', 'x'], options)).toMatchObject({ code: 0 });
    chmodSync(path, 0o711);
    expect(await run(path, ['arguments', 'x'], options)).toEqual({ code: 0, signal: null, stdout: "1\n['x']\n", stderr: '' });
    const refused = await run(path, ['arguments', 'x'], { ...options, cache: join(theirs, 'other') });
    expect(refused).toMatchObject({ code: 71, stdout: '', stderr: expect.stringMatching(/^demo: cannot read its own file .*: Permission denied.*\n$/) });
  });

  test('starts without standard input, terminal, environment or folder, as a service (T19)', async () => {
    const ended = await run('setsid', ['-w', 'env', '-i', `TERRARIUM_CACHE=${cache}`, 'sh', '-c', 'cd /; exec "$0" arguments x 0<&-', demo]);
    expect(ended).toEqual({ code: 0, signal: null, stdout: "1\n['x']\n", stderr: '' });
  });

  test('starts with an empty environment: the user database says where its home is (T19)', async () => {
    const home = execFileSync(hostPython, ['-I', '-c', 'import os, pwd; print(pwd.getpwuid(os.getuid()).pw_dir)'], { encoding: 'utf8' }).trim();
    const ended = await run('env', ['-i', demo, 'call', 'print(os.environ["TERRARIUM_DIR"])']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(['/var/tmp', home].some((place) => ended.stdout.startsWith(place))).toBe(true);
    expect((await run('env', ['-i', 'TERRARIUM_SELF=clean', demo])).code).toBe(0);
  });
});

describe('what an attacker can write', () => {
  const evil = 'import os, sys\nopen(os.environ.get("EVIDENCE", "/dev/null"), "a").write(__file__ + "\\n")\n';
  const modules = JSON.parse(execFileSync(hostPython, ['-I', '-c', 'import json, sys; print(json.dumps(sorted(sys.stdlib_module_names)))'], { encoding: 'utf8' })) as string[];

  /** Everything that some Python, of some version, was ever led astray by. */
  function plant(base: string): void {
    const files: Record<string, string> = Object.fromEntries([...modules, 'sitecustomize', 'usercustomize', 'boot', 'self', 'probe', 'process_workers', 'app', 'site'].map((name) => [`${name}.py`, evil]));
    for (const name of ['encodings', 'importlib', 'collections', 'lib/python3.14', 'lib/python3.14/encodings', 'Lib', 'app', 'exe?123']) files[`${name}/__init__.py`] = evil;
    for (const name of ['lib/python3.14/os', 'lib/python3.14/site', 'Lib/os', 'app/probe', 'exe?123/zipfile', 'lib/python3.14/site-packages/sitecustomize']) files[`${name}.py`] = evil;
    for (const name of ['python314._pth', 'python3.14._pth', 'python._pth', 'demo._pth', 'python3._pth']) files[name] = `${base}\nimport site\n`;
    Object.assign(files, { 'pyvenv.cfg': `home = ${base}\ninclude-system-site-packages = true\n`, 'Modules/Setup.local': '', '../Modules/setup.local': '', '../Modules/Setup.local': '', 'Modules/Setup': '', 'pybuilddir.txt': 'build' });
    Object.assign(files, { 'build/_sysconfigdata__linux_x86_64-linux-gnu.py': evil, 'evil.pth': `import os; ${evil.split('\n')[1]}`, '.env': 'PYTHONPATH=.', 'setup.cfg': '[x]\n' });
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(base, name)), { recursive: true });
      writeFileSync(join(base, name), content);
    }
    for (const name of ['python314.zip', 'libpython3.14.so.1.0', 'libc.so.6', 'python3.14', 'lib/python314.zip']) writeFileSync(join(base, name), '#!/bin/sh\necho evil\n', { mode: 0o755 });
  }
  const busy = `import subprocess, multiprocessing, json, ssl, asyncio, zipfile, encodings.idna, email.message, concurrent.futures
for extra in (["-c", "import zipfile, json, random, site"], ["-m", "json.tool", "--help"], ["-m", "platform"]):
    assert subprocess.run([sys.executable, *extra], stdout=subprocess.DEVNULL).returncode == 0
print("good")`;

  const places = ['beside the executable', 'in the current folder', 'in both and above', 'in the home folder and the cache’s parent'] as const;
  test.each(places)('%s is never loaded, by it or its children (T22)', async (place) => {
    const base = join(temporary(), 'upper/here');
    const evidence = join(dirname(base), 'evidence');
    plant(base);
    if (place === 'in both and above') plant(dirname(base));
    const path = join(base, 'demo');
    rmSync(path, { force: true });
    linkSync(demo, path);
    const home = place.includes('home');
    if (home) {
      plant(join(base, '.local/lib/python3.14/site-packages'));
      plant(join(base, '.cache'));
    }
    const options = { cwd: place.startsWith('beside') ? '/' : base, env: { EVIDENCE: evidence, HOME: base, ...(home ? {} : { TERRARIUM_CACHE: join(dirname(base), 'cache') }) } };
    for (const start of ['cold', 'warm']) {
      const ended = await run(place === 'in the current folder' ? demo : path, ['call', busy], options);
      expect([start, ended]).toEqual([start, { code: 0, signal: null, stdout: 'good\n', stderr: '' }]);
      if (start === 'cold') continue;
      const pool = await run(place === 'in the current folder' ? demo : path, ['pool', 'spawn', 'forkserver'], options);
      expect(pool).toMatchObject({ code: 0, stderr: '' });
      expect(existsSync(evidence) ? readFileSync(evidence, 'utf8') : '', start).toBe('');
    }
    // What was planted works: the bare interpreter, not isolated, does fall for it.
    await run(hostPython, ['-c', 'import random'], { cwd: base, env: { EVIDENCE: evidence } });
    expect(readFileSync(evidence, 'utf8')).toContain('/here/');
  });

  test.skipIf(!available('files that a start looks at', 'strace'))('is not even looked at: no landmark beside the executable, in the current folder, above the cache or at home (T23)', async () => {
    const base = join(temporary(), 'upper/here');
    plant(base);
    rmSync(join(base, 'demo'), { force: true });
    linkSync(demo, join(base, 'demo'));
    const place = join(base, 'place');
    plant(place);
    const options = { cwd: base, cache: place, env: { HOME: base } };
    const log = join(dirname(base), 'trace');
    for (const start of ['cold', 'warm']) {
      const ended = await run('strace', ['-f', '-y', '-e', 'trace=%file', '-o', log, join(base, 'demo'), 'call', busy], options);
      expect(ended).toMatchObject({ code: 0, stdout: 'good\n', stderr: '' });
      const calls = readFileSync(log, 'utf8').split('\n').filter((line) => !line.includes('symlink'));
      const looked = calls.flatMap((line) => line.match(/^[^"]*"((?:[^"\\]|\\.)+)"/)?.slice(1) ?? []);
      const relative = looked.filter((path) => !path.startsWith('/'));
      const outside = looked.filter((path) => path.startsWith(base + '/') && !path.startsWith(join(place, 'terrarium')) && ![join(base, 'demo'), place].includes(path));
      // Relative ones are those that are named by an open folder of the cache, and what the probe itself may ask of its current one.
      expect(calls.filter((line) => relative.some((path) => line.includes(`AT_FDCWD<${base}>, "${path}"`))), start).toEqual([]);
      expect(looked.filter((path) => path.endsWith('/boot.py')), start).not.toEqual([]);
      expect([start, [...new Set(outside)]]).toEqual([start, []]);
    }
  });
});

describe('our own variables, spoofed', () => {
  const spoofed = { TERRARIUM: '/evil', TERRARIUM_DIR: '/evil', TERRARIUM_ARGV0: 'evil' };
  const tell = 'print(*(os.environ.get(n) for n in ("TERRARIUM", "TERRARIUM_ARGV0", "TERRARIUM_COMMAND", "TERRARIUM_SELF", "TERRARIUM_INTERPRETER")), sys.argv[0], os.path.basename(os.path.dirname(os.environ["TERRARIUM_DIR"])))';

  test('are overwritten (T21)', async () => {
    expect((await run(demo, ['call', tell], { cache, env: spoofed })).stdout).toBe(`${demo} None None None None ${demo} apps\n`);
  });

  test('are overwritten even when they are there twice (T21)', async () => {
    const script = `import ctypes, os, sys
demo, cache, code = map(os.fsencode, sys.argv[1:])
environment = [b'TERRARIUM_CACHE=' + cache] + [name + b'=/evil' for name in (b'TERRARIUM', b'TERRARIUM_DIR', b'TERRARIUM_ARGV0', b'TERRARIUM_DIR', b'TERRARIUM')]
pack = lambda words: (ctypes.c_char_p * (len(words) + 1))(*words, None)
ctypes.CDLL(None).execve(demo, pack([demo, b'call', code]), pack(environment))`;
    const code = 'print(sum(b"/evil" in line for line in open("/proc/self/environ", "rb").read().split(b"\\0")), os.environ["TERRARIUM"])';
    expect(await run(hostPython, ['-I', '-c', script, demo, cache, code])).toMatchObject({ code: 0, stdout: `0 ${demo}\n`, stderr: '' });
  });

  test.each(['', '0'])('mean nothing when they are %j (T21)', async (value) => {
    const env = Object.fromEntries(['UNPACK', 'INSPECT', 'INTERPRETER', 'SELF', 'COMMAND'].map((name) => [`TERRARIUM_${name}`, name === 'COMMAND' ? '' : value]));
    expect((await run(demo, ['call', tell], { cache, env })).stdout.replace(/ 0 | {2}/, ' None ')).toBe(`${demo} None None None None ${demo} apps\n`);
  });

  test('do not go from one packed app to another that it starts (T21)', async () => {
    const commands = [{ name: 'first', kind: 'script', value: 'probe.py' }, { name: 'second', kind: 'script', value: 'app2.py' }] as const;
    const files = { 'app/app2.py': `import os, subprocess, sys\nsys.exit(subprocess.run([sys.argv[1], 'call', ${JSON.stringify(tell)}]).returncode)\n` };
    const parent = packProbe(join(folder, 'parent'), { commands: [...commands], files, extra: { name: 'parent' } });
    for (const [args, env] of [[['second'], { TERRARIUM_COMMAND: 'second' }], [[], { TERRARIUM_INTERPRETER: '1', TERRARIUM_COMMAND: 'second' }]] as const) {
      const words = args.length > 0 ? [demo] : ['-c', files['app/app2.py'], demo];
      const ended = await run(parent, [...words], { cache, env });
      expect(ended).toEqual({ code: 0, signal: null, stdout: `${demo} None None None None ${demo} apps\n`, stderr: '' });
    }
  });
});

describe('a clock that is wrong', () => {
  const walk = (path: string): string[] => readdirSync(path, { withFileTypes: true, recursive: true }).map((entry) => join(entry.parentPath, entry.name));

  // The launcher is static, so that no preloaded library can set its clock back; files that come from its future are the same to it.
  test.each([['1970', 0], ['2070', 3155760000], ['before 1970', -86400]])('against files of %s: it starts, and another app’s first start removes nothing that is in use or new (T30)', async (_, seconds) => {
    const place = join(folder, `clock ${seconds}`);
    const options = { cache: place };
    expect((await run(demo, ['arguments', 'x'], options)).code).toBe(0);
    for (const path of [demo, ...walk(place)]) lutimesSync(path, seconds, seconds);
    const before = cacheContents(place);
    expect(await run(demo, ['arguments', 'x'], options)).toEqual({ code: 0, signal: null, stdout: "1\n['x']\n", stderr: '' });
    const other = packProbe(join(folder, 'other'), { extra: { name: 'other' } });
    for (const path of walk(place)) lutimesSync(path, seconds, seconds);
    expect((await run(other, ['arguments', 'x'], options)).code).toBe(0);
    expect(cacheContents(place)).toEqual({ ...before, apps: expect.arrayContaining(before.apps) });
  });

  test.skipIf(!available('an app in 1970', 'faketime'))('the app runs in 1970 and in 2100 (T30)', async () => {
    for (const year of ['1970', '2100']) {
      const ended = await run('faketime', [`${year}-01-02 00:00:00`, demo, 'call', 'import time, ssl, zipfile; print(time.gmtime().tm_year)'], { cache: join(folder, `year ${year}`) });
      expect(ended).toMatchObject({ code: 0, stdout: `${year}\n` });
    }
  });
});
