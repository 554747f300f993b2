// The built CLI as a user has it: `node bin/terrarium.mjs …`, events as JSON lines.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure } from '../../src/model/failure';
import type { Plan } from '../../src/model/plan';
import type { Resolution } from '../../src/model/resolution';

export const program = new URL('../../bin/terrarium.mjs', import.meta.url).pathname;

/** One store for a whole run of tests, so that each wheel is prepared once. */
export const sharedStore = mkdtempSync(join(tmpdir(), 'terrarium-store-'));

export interface Result {
  code: number | null;
  stderr: string;
  events: { event: string }[];
  built?: { artifacts: { path: string; output: string; target?: string; size: number; sha256: string }[]; plan: Plan; resolution: Resolution; notices: string[]; timings: Record<string, number> };
  failure?: Failure;
}

export function terrarium(words: string[], env: Record<string, string> = {}): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...words, '--json'], { env: { ...process.env, TERRARIUM_STORE: sharedStore, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      const events = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as { event: string });
      const built = events.find(({ event }) => event === 'built') as Result['built'];
      const stop = events.find(({ event }) => event === 'failure') as { failure: Failure } | undefined;
      resolve({ code, stderr, events, ...(built && { built }), ...(stop && { failure: stop.failure }) });
    });
  });
}

/** Path of the artifact for a target; a zipapp for all has none. */
export function pathOf(result: Result, output: string, target?: string): string {
  const found = result.built?.artifacts.find((artifact) => artifact.output === output && artifact.target === target);
  if (!found) throw new Error(`no ${output} for ${target}: ${JSON.stringify(result.failure ?? result.stderr)}`);
  return found.path;
}
