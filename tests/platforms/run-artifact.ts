// A built file, run on the platform that it is for: natively, arm64 under qemu (proot, so that children run too), Windows under wine.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  input?: string;
  env?: Record<string, string>;
  /** Milliseconds. */
  limit?: number;
}

const has = (command: string) => spawnSync('which', [command]).status === 0;
const wine = ['wine', 'wine64'].find(has);

interface Runner {
  /** Undefined: runs here; else what is missing, for the line that a skipped test prints. */
  missing: string | undefined;
  command(file: string, words: string[]): [string, string[]];
  environment(cache: string): Record<string, string>;
}

const emulator = 'qemu-aarch64 -L /usr/aarch64-linux-gnu';
const winePrefix = join(tmpdir(), 'terrarium-test-wine');

export const runners: Record<string, Runner> = {
  'linux-x86_64': { missing: process.arch === 'x64' && process.platform === 'linux' ? undefined : 'a Linux x86-64 machine', command: (file, words) => [file, words], environment: (cache) => ({ XDG_CACHE_HOME: cache }) },
  'linux-arm64': {
    missing: has('proot') && has('qemu-aarch64') && existsSync('/usr/aarch64-linux-gnu') ? undefined : 'proot, qemu-user and libc6-arm64-cross',
    command: (file, words) => ['proot', ['-q', emulator, file, ...words]],
    environment: (cache) => ({ XDG_CACHE_HOME: cache }),
  },
  'windows-x86_64': {
    missing: wine ? undefined : 'wine',
    command: (file, words) => [wine!, [file, ...words]],
    // One prefix for all tests: making one takes seconds. The cache lies in it, below the user's AppData.
    environment: () => ({ WINEPREFIX: winePrefix, WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree,mshtml=', DISPLAY: '' }),
  },
};

export const makeCache = () => mkdtempSync(join(tmpdir(), 'terrarium-cache-'));

export function startOn(target: string, file: string, words: string[], cache: string, options: RunOptions = {}): ChildProcess {
  const runner = runners[target]!;
  const [command, args] = runner.command(file, words);
  if (target === 'windows-x86_64') mkdirSync(winePrefix, { recursive: true });
  const { PATH, HOME, LANG } = process.env;
  const env = { PATH, HOME, LANG, ...runner.environment(cache), ...options.env } as NodeJS.ProcessEnv;
  return spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
}

/** Streams are pipes: wine ends Python when its output is a regular file. */
export function runOn(target: string, file: string, words: string[], cache: string, options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = startOn(target, file, words, cache, options);
    const timer = setTimeout(() => endGroup(child), options.limit ?? 120_000);
    let stdout = '';
    let stderr = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout: stdout.replaceAll('\r\n', '\n'), stderr });
    });
    child.stdin!.on('error', () => undefined).end(options.input ?? '');
  });
}

/** The process and what it started: emulators have children. */
export function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
