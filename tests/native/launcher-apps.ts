// The apps that the launcher's tests pack: a real one on CPython, and one so small that it can be run hundreds of times.
import { readFileSync } from 'node:fs';
import { assemble, makeKeys, makeLayer, writeExecutable, type FixtureApp, type FixtureLayer } from './launcher-assemble';
import { runtimeLayer } from './launcher-runtime';

const selfCommands = readFileSync(new URL('../../workers/python/terrarium/self_commands.py', import.meta.url), 'utf8');

// Does what its first argument says, so that one packed file serves every test.
const boot = `
import sys
def worker(n):
    return n * n
def report():
    import json, os
    names = ("TERRARIUM", "TERRARIUM_ARGV0", "TERRARIUM_DIR", "TERRARIUM_INTERPRETER")
    print(json.dumps({"argv": sys.argv[2:], "path": sys.path, "executable": sys.executable, "flags": [sys.flags.isolated, sys.flags.optimize],
        "env": {n: os.environ.get(n) for n in names}, "umask": os.umask(0)}))
def main():
    what = sys.argv[1] if len(sys.argv) > 1 else "hello"
    if what == "hello": print("hello")
    elif what == "exit": sys.exit(int(sys.argv[2]))
    elif what == "cat": sys.stdout.buffer.write(sys.stdin.buffer.read())
    elif what == "report": report()
    elif what == "child":
        import subprocess
        sys.exit(subprocess.run([sys.executable, "-m", "helper", "x"]).returncode)
    elif what == "spawn":
        import multiprocessing
        with multiprocessing.get_context("spawn").Pool(2) as pool: print(pool.map(worker, [1, 2, 3]))
    elif what == "term":
        import os, signal
        os.kill(os.getpid(), signal.SIGTERM)
    elif what == "interrupted":
        import signal, time
        signal.signal(getattr(signal, sys.argv[2]), lambda *_: sys.exit(5))
        print("ready", flush=True)
        for _ in range(100): time.sleep(0.1)
if __name__ == "__main__":
    main()
`;

const text = (path: string, content: string, executable = false) => ({ path, bytes: Buffer.from(content), executable });

const licensed = [
  text('site-packages/thing-1.0.dist-info/METADATA', 'Metadata-Version: 2.4\nName: thing\nVersion: 1.0\nLicense-Expression: MIT\n'),
  text('site-packages/thing-1.0.dist-info/licenses/LICENSE', 'Do as you like, é.\n'),
];

function appLayers(pthName: string, pth: string, start: string): FixtureLayer[] {
  const long = `site-packages/${'deep/'.repeat(25)}file.txt`;
  const site = [text('site-packages/helper.py', 'import sys\nprint("helper", sys.argv[1], sys.flags.isolated)\n'), text(long, 'long'), text('site-packages/empty.txt', ''), ...licensed];
  return [makeLayer('packages', 1, site), makeLayer('app', 1, [text('boot.py', start), text('self.py', selfCommands), text(pthName, pth), text('app/own.py', 'x = 1\n')])];
}

const runtimeKey = (layer: FixtureLayer): string => makeKeys({ target: '', interpreter: '', layers: [layer] }).runtime;

export function pythonApp(target: string, extra: Partial<FixtureApp> = {}, start = boot): Buffer {
  const runtime = runtimeLayer(target);
  const windows = target.startsWith('windows');
  const key = runtimeKey(runtime);
  const layers = windows
    ? appLayers('python314._pth', `../../runtimes/${key}/Lib\r\n../../runtimes/${key}/DLLs\r\napp\r\nsite-packages\r\n`, start)
    : appLayers('python3.14._pth', 'lib/python3.14\nlib/python3.14/lib-dynload\nsite-packages\n', start);
  return assemble({ target, interpreter: windows ? 'python.exe' : 'bin/python3.14', glibc: windows ? [0, 0] : [2, 17], layers: [runtime, ...layers], ...extra });
}

/** A shell script is the interpreter: unpacking takes a millisecond, everything else is the real thing. */
export function tinyApp(extra: Partial<FixtureApp> = {}): FixtureApp {
  const script = '#!/bin/sh\necho tiny "$@"\n';
  return {
    target: 'linux-x86_64',
    interpreter: 'bin/python3.14',
    glibc: [2, 17],
    layers: [
      makeLayer('runtime', 0, [text('bin/python3.14', script, true), text('lib/os.py', '')]),
      makeLayer('app', 1, [text('boot.py', 'pass\n'), text('site-packages/a/b.txt', 'b')]),
    ],
    ...extra,
  };
}

export const writeApp = (path: string, app: FixtureApp): string => writeExecutable(path, assemble(app));
