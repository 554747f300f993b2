// What the fault tests share: how much is tried, with which seed, what was done, and how a start may end.
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, type TestContext } from 'vitest';
import { run, type Ended, type RunOptions } from './launcher-run';

declare module 'vitest' {
  interface TaskMeta {
    fault?: { what: string; done: number; total: number; mix: string };
  }
}

/** `npm run faults` tries much, `npm test` a little of the same. */
export const isFull = process.env['TERRARIUM_FAULTS'] === 'full';
export const often = (full: number, short: number): number => (isFull ? full : short);

export const seed = Number(process.env['TERRARIUM_FAULTS_SEED'] ?? Date.now() % 1_000_000);

/** Numbers from 0 to below 1: the same ones for the same seed and purpose (mulberry32). */
export function makeRandom(purpose: string): () => number {
  let state = [...purpose].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, seed);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const parallel = 2;

/** Tries each case, two at a time; tells `npm run faults` how many were right, and the test what was wrong. */
export async function tryAll<Case>(context: TestContext, what: string, mix: string, cases: Case[], tryOne: (one: Case, index: number) => Promise<string | undefined>): Promise<void> {
  const wrong: string[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < cases.length; index = next++) {
      const problem = await tryOne(cases[index]!, index);
      if (problem !== undefined) wrong.push(`${JSON.stringify(cases[index])}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  tell(context, what, cases.length - wrong.length, cases.length, mix);
  if (cases.length === 0) throw new Error(`${what}: nothing was tried`);
  if (wrong.length > 0) throw new Error(`${what}: ${wrong.length} of ${cases.length} wrong (TERRARIUM_FAULTS_SEED=${seed}):\n${wrong.slice(0, 10).join('\n')}`);
}

export function tell(context: TestContext, what: string, done: number, total: number, mix: string): void {
  context.task.meta.fault = { what, done, total, mix };
}

const memory = '/dev/shm';
const enough = 2 ** 30;
/** Where there is little or none of it, as in containers, the disk serves as well. */
function findMemory(): string {
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > enough ? memory : tmpdir();
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder in memory where there is such a thing: hundreds of caches need not wear a disk. */
export function inMemory(): string {
  const folder = mkdtempSync(join(findMemory(), 'terrarium-faults-'));
  folders.push(folder);
  return folder;
}

/** Kills what does not end within this time; nothing that is right takes a tenth of it. */
const hang = 30_000;

export const start = (program: string, args: string[] = [], options: RunOptions = {}): Promise<Ended> => run(program, args, { killAfter: hang, ...options });

const ownCodes = [70, 71, 73, 74];

/** A start under a fault: the right output, or one sentence and a code of the launcher's own. Says what is wrong otherwise. */
export function judge(ended: Ended, right: string, codes: number[] = ownCodes): string | undefined {
  if (ended.code === 0 && ended.stdout === right && ended.stderr === '') return undefined;
  const oneSentence = /^[^\n]+\.\n$/.test(ended.stderr);
  if (ended.code !== null && codes.includes(ended.code) && ended.stdout === '' && oneSentence) return undefined;
  return describeEnd(ended);
}

/** A start after the fault: nothing but the right output. */
export function judgeRecovery(ended: Ended, right: string): string | undefined {
  return judge(ended, right, []) === undefined ? undefined : `the start after it: ${describeEnd(ended)}`;
}

export const describeEnd = ({ code, signal, stdout, stderr }: Ended): string => JSON.stringify({ code, signal, stdout: stdout.slice(0, 300), stderr: stderr.slice(0, 600) });
