// Runs an executable with pipes (wine needs them) and a cache of its own; tells how it ended.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cache?: string;
  env?: Record<string, string>;
  input?: string | Buffer;
  uid?: number;
  argv0?: string;
  killAfter?: number;
  cwd?: string;
  /** Milliseconds until its standard input ends. */
  inputAfter?: number;
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })));

/** A folder that is removed when the test file ends. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-launcher-'));
  folders.push(folder);
  return folder;
}

export function run(command: string, args: string[] = [], options: RunOptions = {}): Promise<Ended> {
  const env: Record<string, string> = { PATH: process.env['PATH']!, HOME: '/nonexistent', ...(options.cache === undefined ? {} : { TERRARIUM_CACHE: options.cache }), ...options.env };
  const child = spawn(command, args, { env, ...(options.cwd === undefined ? {} : { cwd: options.cwd }), ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }), ...(options.argv0 === undefined ? {} : { argv0: options.argv0 }) });
  const timer = options.killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.killAfter);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => undefined);
  setTimeout(() => child.stdin.end(options.input ?? ''), options.inputAfter ?? 0);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}

const list = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

/** What a cache holds: finished trees and unfinished ones. */
export function cacheContents(cache: string): { runtimes: string[]; apps: string[]; tmp: string[] } {
  const at = (name: string) => list(join(cache, 'terrarium', name));
  return { runtimes: at('runtimes'), apps: at('apps'), tmp: at('tmp') };
}

export const hasCommand = (name: string): boolean => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

/** True when all are there; says which are not, so that a skipped test is seen. */
export function available(what: string, ...commands: string[]): boolean {
  const missing = commands.filter((name) => !hasCommand(name));
  if (missing.length > 0) console.warn(`SKIPPED: ${what}, because ${missing.join(' and ')} is not installed`);
  return missing.length === 0;
}
