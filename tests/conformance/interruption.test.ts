// Ctrl-C while the CLI builds, at each stage that takes time: it ends within a second, says so in one sentence and leaves nothing.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fault } from '../index-server/faults';
import { startIndexServer, type IndexServer } from '../index-server/start-index-server';
import { program } from '../platforms/terrarium';
import { makeIndexFiles } from './broken-cases';

let server: IndexServer;
const folder = mkdtempSync(join(tmpdir(), 'terrarium-interruption-'));
let count = 0;

beforeAll(async () => {
  server = await startIndexServer({ files: makeIndexFiles() });
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  lines: unknown[];
  stderr: string;
  milliseconds: number;
}

/** Builds, and interrupts when the stage is reached. */
function interrupt(words: string[], stage: string, signal: NodeJS.Signals): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...words, '--json'], { env: { ...process.env, TERRARIUM_STORE: join(folder, `store-${count}`) }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let sent: number | undefined;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (sent !== undefined || !stdout.includes(`"stage":"${stage}"`)) return;
      sent = performance.now();
      child.kill(signal);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, by) => resolve({ code, signal: by, stderr, lines: stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line)), milliseconds: performance.now() - (sent ?? 0) }));
  });
}

interface Case { stage: string; needs: string; faults?: Fault[]; signal?: NodeJS.Signals }
const cases: Case[] = [
  { stage: 'analyse', needs: 'plain' },
  { stage: 'resolve', needs: 'plain', faults: [{ path: '/simple/plain/', act: { hang: true } }] },
  { stage: 'fetch', needs: 'plain', faults: [{ path: '.whl', act: { trickle: true } }] },
  { stage: 'layers', needs: 'heavy' },
  { stage: 'assemble', needs: 'plain' },
  { stage: 'layers', needs: 'heavy', signal: 'SIGTERM' },
];

test.each(cases)('ends while it is at $stage', async ({ needs, stage, faults = [], signal = 'SIGINT' }) => {
  const path = join(folder, `${++count}`);
  mkdirSync(path);
  writeFileSync(join(path, 'app.py'), 'if __name__ == "__main__":\n    print("hello")\n');
  writeFileSync(join(path, 'requirements.txt'), `${needs}\n`);
  server.faults.splice(0, Infinity, ...structuredClone(faults));
  const out = join(path, 'out', 'below');
  const ended = await interrupt(['build', path, '--index', server.url, '--out', out], stage, signal);
  expect(ended).toMatchObject({ code: 1, signal: null, stderr: '' });
  expect(ended.lines.at(-1)).toMatchObject({ event: 'failure', failure: { code: 'cancelled', message: 'The build was cancelled; nothing was written.' } });
  expect(ended.lines.filter((line) => (line as { event: string }).event !== 'progress')).toHaveLength(1);
  expect(ended.milliseconds).toBeLessThan(1000);
  expect(existsSync(join(path, 'out'))).toBe(false);
});
