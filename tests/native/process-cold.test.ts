// Signals that come while the launcher still unpacks: it does what any program does, and the next start finds nothing amiss.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { tinyApp, writeApp } from './launcher-apps';
import { makeLayer } from './launcher-assemble';
import { cacheContents, run, temporary } from './launcher-run';
import { packProbe } from './process-app';

const folder = temporary();
const demo = join(folder, 'demo');
beforeAll(() => void packProbe(demo));

async function until(what: string, done: () => boolean): Promise<void> {
  for (let tries = 0; !done(); tries++) {
    if (tries > 20_000) throw new Error(`waited in vain until ${what}`);
    await wait(1);
  }
}

const ended = (child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> =>
  new Promise((resolve) => child.on('close', (code, signal) => resolve([code, signal])));
const entries = (path: string): string[] => (existsSync(path) ? readdirSync(path) : []);
/** As `ps` prints it; X where it is gone. */
const state = (pid: number): string => (existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0]! : 'X');

/** Starts it through a shell prefix such as `trap "" HUP`, and stops it with files in its work folder. */
async function stopWhileUnpacking(cache: string, prefix = ':'): Promise<{ child: ChildProcess; output: () => string; end: ReturnType<typeof ended> }> {
  const child = spawn('sh', ['-c', `${prefix}; exec "$0" arguments x`, demo], { env: { PATH: process.env['PATH'], TERRARIUM_CACHE: cache }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  const end = ended(child);
  const tmp = join(cache, 'terrarium/tmp');
  await until('it unpacks', () => entries(tmp).some((name) => entries(join(tmp, name)).length > 0));
  child.kill('SIGSTOP');
  await until('it is stopped', () => state(child.pid!) === 'T');
  expect(readlinkSync(`/proc/${child.pid}/exe`), 'stopped before it became the interpreter').toBe(demo);
  expect(cacheContents(cache).tmp, 'stopped with a tree half done').toHaveLength(1);
  return { child, output: () => output, end };
}

describe('a signal during a first start', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGPIPE', 'SIGKILL'] as const)('ends it by %s, silently, and the next start is right and clears up (T26)', async (signal) => {
    const cache = join(folder, signal);
    const { child, output, end } = await stopWhileUnpacking(cache);
    child.kill(signal);
    child.kill('SIGCONT');
    expect(await end).toEqual([null, signal]);
    expect(output()).toBe('');
    expect(cacheContents(cache)).toMatchObject({ apps: [] });
    expect(await run(demo, ['arguments', 'x'], { cache })).toEqual({ code: 0, signal: null, stdout: "1\n['x']\n", stderr: '' });
    expect(cacheContents(cache)).toEqual({ apps: [expect.any(String)], runtimes: [expect.any(String)], tmp: [] });
  });

  test.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)('does nothing when it is %s and ignored, as under nohup (T26)', async (signal) => {
    const cache = join(folder, `ignored ${signal}`);
    const { child, output, end } = await stopWhileUnpacking(cache, `trap '' ${signal.slice(3)}`);
    child.kill(signal);
    child.kill('SIGCONT');
    expect(await end).toEqual([0, null]);
    expect(output()).toBe("1\n['x']\n");
  });

  test('stops it, and it goes on where it was (T26)', async () => {
    const cache = join(folder, 'stopped');
    const { child, output, end } = await stopWhileUnpacking(cache);
    child.kill('SIGCONT');
    await until('it runs', () => state(child.pid!) !== 'T');
    child.kill('SIGTSTP');
    await until('it is stopped again or done', () => 'TZX'.includes(state(child.pid!)));
    child.kill('SIGCONT');
    expect(await end).toEqual([0, null]);
    expect(output()).toBe("1\n['x']\n");
    expect(cacheContents(cache).tmp).toEqual([]);
  });

  test('ends one that waits for another’s unpacking, and the other is not disturbed (T26)', async () => {
    const cache = join(folder, 'waiting');
    const { child, output, end } = await stopWhileUnpacking(cache);
    const second = spawn(demo, ['arguments', 'y'], { env: { TERRARIUM_CACHE: cache }, stdio: 'ignore' });
    const secondEnd = ended(second);
    await wait(100);
    second.kill('SIGINT');
    expect(await secondEnd).toEqual([null, 'SIGINT']);
    child.kill('SIGCONT');
    expect(await end).toEqual([0, null]);
    expect(output()).toBe("1\n['x']\n");
  });
});

describe('the compiler that a first start runs', () => {
  const compiler = `#!/bin/sh
case "$*" in *compileall*) echo $$ > "$PID_FILE.new"; mv "$PID_FILE.new" "$PID_FILE"; exec sleep 100;; esac
`;
  const text = (path: string, content: string, executable = false) => ({ path, bytes: Buffer.from(content), executable });
  const layers = [makeLayer('runtime', 0, [text('bin/python3.14', compiler, true)]), makeLayer('app', 1, [text('boot.py', ''), text('app/a.py', '')])];

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('does not outlive the launcher that %s ends (T26)', async (signal) => {
    const path = writeApp(join(folder, 'compiling'), tinyApp({ flags: 2, layers }));
    const file = join(folder, `pid ${signal}`);
    const child = spawn(path, [], { env: { PATH: process.env['PATH'], TERRARIUM_CACHE: join(folder, `compiling ${signal}`), PID_FILE: file }, stdio: 'ignore' });
    const end = ended(child);
    await until('it compiles', () => existsSync(file));
    const compiling = Number(readFileSync(file, 'utf8'));
    child.kill(signal);
    expect(await end).toEqual([null, signal]);
    await until('the compiler is gone', () => !existsSync(`/proc/${compiling}`) || state(compiling) === 'Z');
  });
});
