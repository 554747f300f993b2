// What a packed app starts and how its own interpreter is used: children, pools, reloaders, several commands in one file.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { run, temporary, type Ended, type RunOptions } from './launcher-run';
import { hostPython } from './launcher-runtime';
import { bareProbe, packProbe, type Command } from './process-app';

const folder = temporary();
const cache = join(folder, 'cache');
const demo = join(folder, 'demo');
let bare: string[];

beforeAll(async () => {
  packProbe(demo);
  bare = bareProbe(join(folder, 'bare'));
  expect(await run(demo, ['arguments'], { cache })).toMatchObject({ code: 0, stderr: '' });
});

const withoutPaths = (ended: Ended) => ({ ...ended, stdout: ended.stdout.replace(/\/[^\s'"]*\//g, ''), stderr: ended.stderr.replace(/\/[^\s'"]*\//g, '') });

const beside = async (args: string[], options: RunOptions = {}) => {
  // Not -I: it would not find the module beside the probe.
  const expected = await run(bare[0]!, ['-E', '-s', bare[2]!, ...args], options);
  const found = await run(demo, args, { ...options, cache });
  expect(expected.stderr).not.toContain('SyntaxError');
  expect(withoutPaths(found)).toEqual(withoutPaths(expected));
  return found;
};

const call = (code: string, options: RunOptions = {}) => beside(['call', `import subprocess\n${code}`], options);

describe('as with the bare interpreter:', () => {
  test.each(['spawn', 'forkserver', 'fork'])('pools, processes and queues of multiprocessing by %s (T28)', async (method) => {
    const ended = await beside(['pool', method]);
    expect(ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining('Traceback') });
    expect(ended.stdout).toContain(`${method} 7 through a queue`);
  });

  const children = [
    'print(subprocess.run([sys.executable, "-c", "import sys; print(sys.argv, sys.flags.isolated in (0, 1))", "a b", ""], capture_output=True))',
    'print(subprocess.run([sys.executable, "-m", "json.tool", "--indent", "1"], input=b"[1]", capture_output=True))',
    'print(subprocess.run([sys.executable, "-"], input=b"print(5)", capture_output=True))',
    'print(subprocess.run([sys.executable, "-I", "-c", "raise SystemExit(9)"]).returncode)',
    'print(subprocess.run([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]).returncode)',
    'print(subprocess.run([sys.executable, "-c", "1/0"], capture_output=True).stderr.decode())',
    'print(subprocess.run([sys.executable, "-O", "-W", "error", "-X", "dev", "-c", "import sys; print(sys.flags.optimize, sys.warnoptions[-1], sys.flags.dev_mode)"], capture_output=True))',
    'print(subprocess.check_output(["sh", "-c", "exec $0 -c \'print(7)\'", sys.executable]))',
    'print(os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", "raise SystemExit(3)"]))',
    'sys.stdout.flush(); os.execv(sys.executable, [sys.executable, "-c", "print(8)"])',
    'import asyncio\nasync def f():\n p = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(6)", stdout=-1)\n print(await p.communicate())\nasyncio.run(f())',
    'p = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]); p.terminate(); print(p.wait())',
    'from concurrent.futures import InterpreterPoolExecutor as E\nwith E(1) as e: print(list(e.map(abs, [-1, 2])))',
    'pid = os.fork()\nif pid == 0: os._exit(5)\nprint(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))',
    'pid = os.fork()\nif pid == 0: sys.exit(6)\nprint(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))',
    'import threading; t = threading.Thread(target=print, args=(1,)); t.start(); t.join(); import multiprocessing as m; print(m.get_start_method(), m.current_process().name)',
    'import runpy; print(runpy.run_module("process_workers", run_name="x")["square"](3))',
    'import venv, tempfile; d = tempfile.mkdtemp(); venv.create(d, with_pip=False, symlinks=True); print(sorted(os.listdir(d))); import shutil; shutil.rmtree(d)',
    'import sysconfig, site, platform; print(sysconfig.get_python_version(), platform.python_implementation(), sysconfig.get_platform())',
    'import code; code.InteractiveInterpreter().runsource("print(3)")',
    'import pdb, traceback; print(pdb.__name__); print(help is not None, exit is not None)',
  ];
  test.each(children)('%s (T28)', async (code) => {
    const ended = await call(code);
    expect(ended.stdout + ended.stderr).not.toBe('');
  });
});

describe('the executable starts itself', () => {
  test('by TERRARIUM, by sys.argv[0], and from a child of its interpreter (T28)', async () => {
    const again = `[os.environ["TERRARIUM"], "call", "print(5)"]`;
    const code = `import subprocess\nprint(subprocess.check_output(${again}), subprocess.check_output([sys.argv[0], "arguments", "x"]))
print(subprocess.check_output([sys.executable, "-c", 'import os, subprocess; print(subprocess.check_output(${again}))']))`;
    expect(await run(demo, ['call', code], { cache })).toEqual({ code: 0, signal: null, stdout: `b'5\\n' b"1\\n['x']\\n"\n${String.raw`b"b'5\\n'\n"`}\n`, stderr: '' });
  });

  test('while its file is gone, its interpreter still does (T28)', async () => {
    const path = join(temporary(), 'gone');
    linkSync(demo, path);
    const ended = await run(path, ['call', 'import subprocess\nos.remove(os.environ["TERRARIUM"])\nprint(subprocess.check_output([sys.executable, *sys.orig_argv[1:-2], "call", "print(3)"]))'], { cache });
    expect(ended).toEqual({ code: 0, signal: null, stdout: "b'3\\n'\n", stderr: '' });
  });
});

const index = fileURLToPath(new URL('../../.build/index-files/', import.meta.url));
const wheel = (name: string): string | undefined => (existsSync(index) ? readdirSync(index).find((file) => file.toLowerCase().startsWith(`${name}-`) && /(py3-none-any|cp314-manylinux\S*x86_64)\.whl$/.test(file)) : undefined);

function unzipped(...names: string[]): Record<string, Uint8Array> {
  const to = temporary();
  for (const name of names) execFileSync(hostPython, ['-I', '-m', 'zipfile', '-e', join(index, wheel(name)!), to]);
  const files = readdirSync(to, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((path) => [`site-packages${path.slice(to.length)}`, readFileSync(path)]));
}

function missing(what: string, ...names: string[]): boolean {
  const absent = names.filter((name) => wheel(name) === undefined);
  if (absent.length > 0) console.warn(`SKIPPED: ${what}, because these wheels are not in .build/index-files: ${absent.join(', ')}`);
  return absent.length > 0;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Asks until there is an answer that is wanted; the last answer else. */
async function ask(port: number, wanted: (answer: string) => boolean, nudge: () => void = () => undefined): Promise<string> {
  let answer = '';
  for (let tries = 0; tries < 600; tries++) {
    if (tries % 20 === 0) nudge();
    answer = await fetch(`http://127.0.0.1:${port}/`).then((response) => response.text(), (error: Error) => `no answer: ${error.message}`);
    if (wanted(answer)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return answer;
}

/** Starts a server that reloads when a module changes, changes it, and gives both answers. */
async function reload(path: string, args: string[], port: number, watched: string, env: Record<string, string> = {}): Promise<string[]> {
  const child = spawn(path, args, { env: { PATH: process.env['PATH'], TERRARIUM_CACHE: cache, PORT: String(port), WATCHED: watched, ...env }, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk));
  try {
    const first = await ask(port, (answer) => answer.startsWith('first'));
    // More than once, as a reloader does not see what changed before it first looked.
    const second = await ask(port, (answer) => answer.startsWith('second'), () => writeFileSync(join(watched, 'shown.py'), 'TEXT = "second, longer"\n'));
    if (!second.startsWith('second')) throw new Error(`no reload: ${second}\n${errors}`);
    return [first, second];
  } finally {
    process.kill(-child.pid!, 'SIGKILL');
  }
}

const watched = (): string => {
  const place = temporary();
  writeFileSync(join(place, 'shown.py'), 'TEXT = "first"\n');
  return place;
};

const tell = 'shown.TEXT + " " + os.path.basename(sys.argv[0]) + " " + " ".join(sys.argv[1:])';
const start = 'import os, sys\nsys.path.append(os.environ["WATCHED"])\nimport shown\n';

describe('a server that reloads itself', () => {
  const flask = `${start}from flask import Flask
app = Flask("served")
@app.route("/")
def index(): return ${tell}
def main(): app.run(port=int(os.environ["PORT"]), debug=True)
if __name__ == "__main__": main()
`;
  const kinds: Command[] = [{ name: 'main', kind: 'script', value: 'other.py' }, { name: 'served', kind: 'script', value: 'served.py' }, { name: 'called', kind: 'function', value: 'served:main' }, { name: 'module', kind: 'module', value: 'served' }, { name: 'package', kind: 'module', value: 'package' }];
  test.skipIf(missing('Werkzeug’s reloader', 'flask', 'werkzeug')).each(['served', 'called', 'module', 'package'])('by Werkzeug, as the command %s that is not the preferred one (T28)', async (command) => {
    const files = { ...unzipped('flask', 'werkzeug', 'jinja2', 'click', 'itsdangerous', 'blinker', 'markupsafe'), 'app/other.py': 'raise SystemExit("the wrong command")\n', 'app/served.py': flask, 'app/package/__init__.py': '', 'app/package/__main__.py': 'from served import main\nmain()\n' };
    const path = packProbe(join(folder, `flask ${command}`), { commands: kinds, files });
    const answers = await reload(path, ['a', 'b c'], await freePort(), watched(), { TERRARIUM_COMMAND: command });
    expect(answers).toEqual([`first flask ${command} a b c`, `second, longer flask ${command} a b c`]);
  });

  test.skipIf(missing('uvicorn’s reloader', 'uvicorn', 'h11')).each(['script', 'function'] as const)('by uvicorn, started as a %s (T28)', async (kind) => {
    const served = `${start}async def app(scope, receive, send):
    if scope["type"] != "http": return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": (${tell}).encode()})
def main():
    import uvicorn
    uvicorn.run("served:app", port=int(os.environ["PORT"]), reload=True, reload_dirs=[os.environ["WATCHED"]], log_level="warning")
if __name__ == "__main__": main()
`;
    const path = packProbe(join(folder, `uvicorn ${kind}`), { commands: [{ name: 'served', kind, value: kind === 'script' ? 'served.py' : 'served:main' }], files: { ...unzipped('uvicorn', 'h11', 'click'), 'app/served.py': served } });
    const answers = await reload(path, ['x'], await freePort(), watched());
    expect(answers[0]).toMatch(/^first .* x$/);
  });

  test.skipIf(missing('Django’s reloader', 'django', 'asgiref', 'sqlparse'))('by Django, started as a module (T28)', async () => {
    const manage = `${start}from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.urls import path
settings.configure(DEBUG=True, ROOT_URLCONF="served_urls", SECRET_KEY="x", ALLOWED_HOSTS=["*"])
execute_from_command_line([sys.argv[0], "runserver", "--skip-checks", os.environ["PORT"]])
`;
    const urls = 'import os, sys, shown\nfrom django.http import HttpResponse\nfrom django.urls import path\nurlpatterns = [path("", lambda request: HttpResponse(shown.TEXT))]\n';
    const app = packProbe(join(folder, 'django'), { commands: [{ name: 'manage', kind: 'module', value: 'manage' }], files: { ...unzipped('django', 'asgiref', 'sqlparse'), 'app/manage.py': manage, 'app/served_urls.py': urls } });
    expect(await reload(app, [], await freePort(), watched())).toEqual(['first', 'second, longer']);
  });
});

describe('several commands in one file', () => {
  const commands: Command[] = [{ name: 'one', kind: 'script', value: 'one.py' }, { name: 'two', kind: 'function', value: 'two:main' }, { name: 'three', kind: 'module', value: 'three' }];
  const files = { 'app/one.py': 'import sys\nprint("one", sys.argv[1:])\n', 'app/two.py': 'import sys\ndef main():\n    print("two", sys.argv[1:])\n', 'app/three/__init__.py': '', 'app/three/__main__.py': 'import sys\nprint("three", sys.argv[1:])\n' };
  const place = join(folder, 'several');
  beforeAll(() => {
    mkdirSync(place);
    packProbe(join(place, 'tool-1.0-linux-x86_64'), { commands, files });
    for (const name of ['one', 'two', 'three', 'four', 'two.exe']) symlinkSync('tool-1.0-linux-x86_64', join(place, name));
  });

  test.each([['one', 'one'], ['two', 'two'], ['three', 'three'], ['four', 'one'], ['two.exe', 'two'], ['tool-1.0-linux-x86_64', 'one']])('called %s it is the command %s (T19)', async (name, command) => {
    expect(await run(join(place, name), ['a', ''], { cache })).toEqual({ code: 0, signal: null, stdout: `${command} ['a', '']\n`, stderr: '' });
    expect((await run('sh', ['-c', '"$@"', 'sh', name, 'x'], { cache, env: { PATH: `${place}:${process.env['PATH']}` } })).stdout).toBe(`${command} ['x']\n`);
    expect((await run(join(place, 'four'), ['x'], { cache, argv0: name })).stdout).toBe(`${command} ['x']\n`);
  });

  test('TERRARIUM_COMMAND is stronger than the name; one that is not there is told in a sentence (T21)', async () => {
    expect((await run(join(place, 'one'), [], { cache, env: { TERRARIUM_COMMAND: 'three' } })).stdout).toBe('three []\n');
    for (const name of ['four', 'ONE', '../one', 'one ', 'é', '\n'])
      expect(await run(join(place, 'one'), [], { cache, env: { TERRARIUM_COMMAND: name } })).toEqual({ code: 2, signal: null, stdout: '', stderr: expect.stringMatching(/^demo: it has no command '.*'; it has one, two, three\n$/) });
  });
});

describe('TERRARIUM_INTERPRETER=1 is the Python of the app', () => {
  const env = { TERRARIUM_INTERPRETER: '1' };

  test('with -c, -m, a script, standard input, and the app’s modules (T28)', async () => {
    const script = join(folder, 'a script.py');
    writeFileSync(script, 'import sys, process_workers\nprint(process_workers.square(3), sys.argv[1:], __name__)\n');
    expect((await run(demo, ['-c', 'import process_workers, sys; print(process_workers.square(4), sys.argv)', 'x'], { cache, env })).stdout).toBe("16 ['-c', 'x']\n");
    expect(await run(demo, [script, 'a b'], { cache, env })).toEqual({ code: 0, signal: null, stdout: "9 ['a b'] __main__\n", stderr: '' });
    expect((await run(demo, ['-m', 'probe', 'arguments', 'y'], { cache, env })).stdout).toBe("1\n['y']\n");
    expect((await run(demo, [], { cache, env, input: 'print(6 * 7)' })).stdout).toBe('42\n');
    expect(await run(demo, ['-V'], { cache, env })).toMatchObject({ stdout: 'Python 3.14.6\n' });
  });

  test('is interactive on a terminal, and leaves by exit and Ctrl-D (T28)', async () => {
    const script = `import os, pty, select, sys, time
for last in (b'exit\\r', b'\\x04'):
    pid, terminal = pty.fork()
    if pid == 0: os.execv(sys.argv[1], sys.argv[1:2])
    seen, steps, end = b'', [b'import process_workers\\r', b'process_workers.square(111)\\r', last], time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.3)[0]:
            try: piece = os.read(terminal, 4096)
            except OSError: break
            if not piece: break
            seen += piece
            if b'\\x1b[6n' in piece: os.write(terminal, b'\\x1b[1;1R')
        elif b'>>>' in seen and steps: os.write(terminal, steps.pop(0))
    else: os.kill(pid, 9)
    print(b'12321' in seen, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)`;
    expect(await run(hostPython, ['-I', '-c', script, demo], { cache, env: { ...env, TERM: 'xterm' } })).toMatchObject({ stdout: 'True 0\nTrue 0\n', stderr: '' });
  });
});
