// Python in a Node worker thread: how it starts, what crosses, how it ends.
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeNodePython } from '../../src/protocol/python-node';
import type { PythonInterpreter } from '../../src/protocol/python';
import type { PythonPool } from '../../src/protocol/python-pool';
import { makePythonInProcess } from '../../workers/python/in-process';
import { buildNodeWorker } from './build-node-worker';
import { makePublic, type PublicFolder } from './make-public';
import { evaluate, probe } from './probe';

let folder: PublicFolder;
let workerFile: string;
let python: PythonPool;
const open: PythonPool[] = [];

/** The same files in a folder of their own, less or other than the given. */
function vary(change: (python: string) => void): string {
  const path = join(folder.path, `variant-${Math.random().toString(36).slice(2)}`);
  mkdirSync(join(path, 'python'), { recursive: true });
  mkdirSync(join(path, 'pyodide'));
  for (const name of ['pyodide.mjs', 'pyodide.asm.mjs', 'pyodide.asm.wasm', 'python_stdlib.zip', 'pyodide-lock.json']) copyFileSync(join(folder.path, 'pyodide', name), join(path, 'pyodide', name));
  const names = JSON.parse(readFileSync(join(folder.path, 'python/wheels.json'), 'utf8')).map(({ file }: { file: string }) => file);
  for (const name of [...names, 'wheels.json', 'terrarium.zip', 'snapshot.json', 'snapshot.bin']) copyFileSync(join(folder.path, 'python', name), join(path, 'python', name));
  change(join(path, 'python'));
  return path;
}

function start(publicFolder: string, options?: { spare: boolean }): PythonPool {
  const pool = makeNodePython({ publicFolder, workerFile }, options);
  open.push(pool);
  return pool;
}

beforeAll(async () => {
  folder = makePublic({ snapshot: true });
  workerFile = await buildNodeWorker(folder.path);
  python = start(folder.path);
});
afterAll(() => {
  open.forEach((pool) => pool.close());
  folder.remove();
});

describe('starting', () => {
  it('starts from the snapshot', async () => {
    const started = await python.ready();
    console.info(`Node, from the snapshot: ${started.milliseconds} ms`);
    expect(started).toMatchObject({ boot: 'snapshot', python: expect.stringMatching(/^3\.14\./) });
  });

  it('starts the ordinary way where there is no snapshot', async () => {
    const other = start(vary((files) => writeFileSync(join(files, 'snapshot.json'), '')));
    const started = await other.ready();
    console.info(`Node, the ordinary way: ${started.milliseconds} ms`);
    expect(started.boot).toBe('ordinary');
    expect(await evaluate(other, 'value = 1')).toBe(1);
    other.close();
  });

  const damage: [string, (files: string) => void][] = [
    ['is cut short', (files) => truncateSync(join(files, 'snapshot.bin'), 1_000_000)],
    ['is something else of the same size', (files) => writeFileSync(join(files, 'snapshot.bin'), new Uint8Array(readFileSync(join(files, 'snapshot.bin')).length))],
    ['was made by another recipe', (files) => writeFileSync(join(files, 'snapshot.json'), readFileSync(join(files, 'snapshot.json'), 'utf8').replace(/"recipe": \d+/, '"recipe": 0'))],
    ['has an older package in it', (files) => writeFileSync(join(files, 'terrarium.zip'), changeProbe(readFileSync(join(files, 'terrarium.zip'))))],
  ];
  it.each(damage)('starts the ordinary way when the snapshot %s', async (_, change) => {
    const other = start(vary(change));
    expect((await other.ready()).boot).toBe('ordinary');
    expect(await evaluate(other, 'import terrarium.probe; value = getattr(terrarium.probe, "changed", False)')).toBe(change === damage[3]![1]);
    other.close();
  });

  it('rejects calls with the reason when it cannot start', async () => {
    const other = start(join(folder.path, 'absent'));
    await expect(other.ready()).rejects.toThrow();
    await expect(evaluate(other, '')).rejects.toThrow();
    other.close();
  });

  it('has its files on disk, not only its modules in memory', async () => {
    const code = 'import importlib.metadata, os, terrarium.door\nvalue = [importlib.metadata.version("packaging"), os.path.exists(terrarium.door.__file__)]';
    expect(await evaluate(python, code)).toEqual([expect.any(String), true]);
  });
});

function changeProbe(archive: Uint8Array): Uint8Array {
  const files = unzipSync(new Uint8Array(archive));
  const text = new TextDecoder().decode(files['terrarium/probe.py']);
  return zipSync({ ...files, 'terrarium/probe.py': new TextEncoder().encode(`${text}\nchanged = True\n`) });
}

describe('calling', () => {
  it('carries requests and blobs both ways', async () => {
    const given = new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 4);
    const { answer, blobs } = await probe(python, 'value = [list(blobs[0]), "é\\u2028"]; out = [blobs[0][::-1], bytearray(b"xy"), memoryview(b"pqr")[1:]]', [given, new Uint8Array()]);
    expect(answer).toEqual({ ok: true, value: [[2, 3, 4], 'é\u2028'] });
    expect(blobs).toEqual([new Uint8Array([4, 3, 2]), new TextEncoder().encode('xy'), new TextEncoder().encode('qr')]);
    expect([...given]).toEqual([2, 3, 4]);
  });

  it('gives a failure as a value', async () => {
    const { answer } = await probe(python, 'raise Failure("wheel/invalid", "The wheel is empty.", "a.whl")');
    expect(answer).toEqual({ ok: false, failure: { code: 'wheel/invalid', message: 'The wheel is empty.', notes: ['a.whl'] } });
  });

  const bugs: [string, string, RegExp][] = [
    ['an exception', 'blobs["absent"]', /Traceback[^]*probe\.py[^]*TypeError: list indices/],
    ['an answer that is not JSON', 'value = {1}', /TypeError: Object of type set/],
    ['a backend that exits', 'raise SystemExit(3)', /SystemExit: 3/],
    ['endless recursion', 'def f(): f()\nf()', /RecursionError/],
    ['a buffer larger than the memory', 'bytearray(3_000_000_000)', /MemoryError|OverflowError/],
  ];
  it.each(bugs)('rejects with the traceback and lives on after %s', async (_, code, pattern) => {
    const error: Error = await probe(python, code).then(() => expect.unreachable(), (reason) => reason);
    expect(error.name).toBe('PythonError');
    expect(error.message).toMatch(pattern);
    expect(await evaluate(python, 'value = 2')).toBe(2);
  });

  it('answers in the order of the calls', async () => {
    const order: number[] = [];
    await Promise.all([300_000, 1, 1000].map((count, index) => evaluate(python, `value = sum(range(${count}))`).then(() => order.push(index))));
    expect(order).toEqual([0, 1, 2]);
  });

  it('passes a hundred megabytes through', async () => {
    const size = 100 * 2 ** 20;
    const begun = performance.now();
    const { blobs } = await probe(python, 'out = blobs', [new Uint8Array(size).fill(7)]);
    console.info(`100 MiB there and back: ${Math.round(performance.now() - begun)} ms`);
    expect(blobs[0]!.length).toBe(size);
    expect(blobs[0]![size - 1]).toBe(7);
  });
});

describe('folders', () => {
  const bytes = new TextEncoder().encode('text');
  const list = 'import os\nvalue = sorted(os.path.join(d, f) for d, _, fs in os.walk("/project") for f in fs)';

  it('replaces a folder and leaves the caller its buffers', async () => {
    await python.put('/project', [{ path: 'old/a.txt', bytes }]);
    await python.put('/project', [{ path: 'b.txt', bytes }, { path: 'deep/er/c.txt', bytes }]);
    expect(await evaluate(python, list)).toEqual(['/project/b.txt', '/project/deep/er/c.txt']);
    expect(await evaluate(python, 'value = open("/project/b.txt").read()')).toBe('text');
    expect(bytes.length).toBe(4);
  });

  it('gives every file the same time', async () => {
    await python.put('/project', [{ path: 'b.txt', bytes }]);
    expect(await evaluate(python, 'import os, time\nvalue = time.gmtime(os.stat("/project/b.txt").st_mtime)[:6]')).toEqual([2000, 1, 1, 0, 0, 0]);
  });

  it.each(['../b.txt', 'a/../../b.txt', '/b.txt', '', 'a//b'])('refuses the path %j', async (path) => {
    await expect(python.put('/project', [{ path, bytes }])).rejects.toThrow(/leaves its folder/);
  });

  it.each(['/lib/python3.14', '/', 'project', '/project/../lib'])('refuses the folder %j', async (place) => {
    await expect(python.put(place, [{ path: 'a', bytes }])).rejects.toThrow(/not a place for files/);
  });
});

describe('ending', () => {
  const endless = 'while True: pass';
  const reasonOf = (promise: Promise<unknown>): Promise<Error> => promise.then(() => expect.unreachable(), (reason) => reason);

  it('rejects what runs and what waits as Cancelled, and a fresh interpreter serves the next call', async () => {
    const pool = start(folder.path);
    await evaluate(pool, 'import builtins; builtins.mark = 1');
    const pending = [reasonOf(evaluate(pool, endless)), reasonOf(evaluate(pool, 'value = 1'))];
    await new Promise((resolve) => setTimeout(resolve, 100));
    pool.terminate();
    expect((await Promise.all(pending)).map(({ name }) => name)).toEqual(['Cancelled', 'Cancelled']);
    expect(await evaluate(pool, 'import builtins; value = hasattr(builtins, "mark")')).toBe(false);
    pool.close();
  });

  it('hands over to the warm spare', async () => {
    const pool = start(folder.path, { spare: true });
    await pool.ready();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    const running = reasonOf(evaluate(pool, endless));
    pool.terminate();
    const begun = performance.now();
    expect(await evaluate(pool, 'value = 1')).toBe(1);
    expect(performance.now() - begun).toBeLessThan(250);
    expect((await running).name).toBe('Cancelled');
    pool.close();
  });

  it.each(['import os; os.abort()', 'import os; os._exit(3)'])('is replaced when Python itself is brought down by %j', async (code) => {
    const pool = start(folder.path);
    const error = await reasonOf(evaluate(pool, code));
    expect(['PythonError', 'Cancelled']).not.toContain(error.name);
    expect(await evaluate(pool, 'value = 1')).toBe(1);
    pool.close();
  });

  it('serves nobody after it was closed', async () => {
    const pool = start(folder.path);
    pool.close();
    expect((await reasonOf(evaluate(pool, ''))).name).toBe('Cancelled');
  });
});

describe('equal results', () => {
  const code = `
import os, sys, locale
with open("/tmp/made", "w"): pass
value = [[*{f"name-{n}" for n in range(50)}], [*{(n, str(n)) for n in range(20)}], hash("a"), dict(os.environ), sys.path, sys.flags.hash_randomization,
         os.getcwd(), locale.getlocale(), oct(os.stat("/tmp/made").st_mode), sys.dont_write_bytecode, "js" in sys.modules, sys.executable]`;

  it('from the snapshot, the ordinary way, and without a thread', async () => {
    const ordinary = start(vary((files) => writeFileSync(join(files, 'snapshot.json'), '')));
    const inProcess = makePythonInProcess(folder.path);
    const expected = await evaluate(python, code);
    expect(await evaluate(ordinary, code)).toEqual(expected);
    expect(await evaluate(inProcess, code)).toEqual(expected);
    const layer = (from: PythonInterpreter) => from.call('files_layer', { files: [{ path: 'app/a.txt', executable: false }], end: true }, [new Uint8Array(100_000).fill(65)]);
    const made = await layer(python);
    expect(made.answer.ok).toBe(true);
    expect(await layer(ordinary)).toEqual(made);
    expect(await layer(inProcess)).toEqual(made);
    ordinary.close();
    inProcess.terminate();
  });
});

describe('the network', () => {
  const attempts: [string, string][] = [
    ['the js module', 'import js; js.fetch'],
    ['the pyodide_js module', 'import pyodide_js'],
    ['JavaScript by name', 'from pyodide.code import run_js; run_js("fetch")'],
    ['a loop back to fetch', 'from pyodide.http import pyfetch; import asyncio; pyfetch("http://127.0.0.1:9/").send(None)'],
    ['a synchronous request', 'from pyodide.http import open_url; open_url("http://127.0.0.1:9/")'],
    ['a socket', 'import socket; socket.create_connection(("127.0.0.1", 9), timeout=1)'],
    ['a bare socket', 'import _socket; _socket.socket().connect(("127.0.0.1", 9))'],
    ['a listening socket', 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()'],
    ['urllib', 'import urllib.request; urllib.request.urlopen("http://127.0.0.1:9/", timeout=1)'],
    ['a child process', 'import subprocess; subprocess.run(["true"])'],
  ];
  it.each(attempts)('is not reached by %s', async (_, code) => {
    const attempt = `try:\n  exec(${JSON.stringify(code)}); value = 'reached'\nexcept Exception as error:\n  value = repr(error)`;
    const found = await evaluate(python, attempt);
    expect(found).toMatch(/^(ModuleNotFoundError|ImportError|NameError|AttributeError|OSError|URLError|JsException|RuntimeError)/);
    expect(found).not.toMatch(/timed out/);
  });

  it('the thread has neither environment nor arguments of the process', async () => {
    expect(await evaluate(python, 'import os, sys; value = [sorted(os.environ), sys.argv]')).toEqual([expect.not.arrayContaining(['PATH_INFO', 'npm_config_user_agent']), ['']]);
  });
});
