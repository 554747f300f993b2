import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript, as set-up runs before anything is installed
import { runSome } from '../../../tools/setup/make-group-step.mjs';
// @ts-expect-error as above
import { makeStampedStep } from '../../../tools/setup/make-stamped-step.mjs';
// @ts-expect-error as above
import { areCurrent, runSteps } from '../../../tools/setup/run-steps.mjs';
// @ts-expect-error as above
import { holdLock } from '../../../tools/setup/hold-lock.mjs';

let folder: string;
let runs: number;
let break_: boolean;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'terrarium-steps-'));
  runs = 0;
  break_ = false;
  writeFileSync(path.join(folder, 'input'), 'one');
  return () => rmSync(folder, { recursive: true });
});

const output = () => path.join(folder, 'output');
const step = () => makeStampedStep({
  id: 'copy',
  name: 'copying',
  stamps: path.join(folder, 'stamps'),
  inputs: () => [{ path: path.join(folder, 'input') }],
  outputs: [output()],
  run: async () => {
    runs += 1;
    writeFileSync(output(), 'half');
    if (break_) throw new Error('power cut');
    writeFileSync(output(), readFileSync(path.join(folder, 'input')));
  },
});
const run = () => runSteps([step()], () => {});

test('a step that is current is skipped', async () => {
  expect(await run()).toEqual(['copying']);
  expect(await run()).toEqual([]);
  expect(runs).toBe(1);
  expect(await areCurrent([step()])).toBe(true);
});

test('a step is run again after its input changed', async () => {
  await run();
  writeFileSync(path.join(folder, 'input'), 'two');
  expect(await run()).toEqual(['copying']);
  expect(readFileSync(output(), 'utf8')).toBe('two');
});

test('a step is run again when its output is gone', async () => {
  await run();
  rmSync(output());
  expect(await run()).toEqual(['copying']);
});

test('a step that was interrupted is redone, although its output exists', async () => {
  break_ = true;
  await expect(run()).rejects.toThrow('power cut');
  expect(existsSync(output())).toBe(true);
  break_ = false;
  expect(await run()).toEqual(['copying']);
  expect(readFileSync(output(), 'utf8')).toBe('one');
});

test('a step that was interrupted while renewing is redone, although its earlier run was complete', async () => {
  await run();
  writeFileSync(path.join(folder, 'input'), 'two');
  break_ = true;
  await expect(run()).rejects.toThrow('power cut');
  writeFileSync(path.join(folder, 'input'), 'one');
  break_ = false;
  expect(await run()).toEqual(['copying']);
});

test('what a step says is written between its name and its time', async () => {
  const lines: string[] = [];
  await runSteps([{ name: 'talking', isCurrent: () => false, run: async (say: (line: string) => void) => say('1 of 2') }], (line: string) => lines.push(line));
  expect(lines).toEqual(['• talking', '    1 of 2', expect.stringMatching(/^ {4}done in \d+\.\d s$/)]);
});

test('after one of several fails nothing new is started, and what runs is awaited', async () => {
  const ended: number[] = [];
  const work = async (item: number) => {
    await new Promise((resolve) => setTimeout(resolve, item === 1 ? 5 : 40));
    if (item === 1) throw new Error('first');
    ended.push(item);
  };
  await expect(runSome([1, 2, 3, 4], 2, work)).rejects.toThrow('first');
  expect(ended).toEqual([2]);
});

test('the lock of a process that is gone is taken over', async () => {
  const file = path.join(folder, 'lock');
  writeFileSync(file, '999999999');
  expect(await holdLock(file, async () => readFileSync(file, 'utf8'), () => {})).toBe(String(process.pid));
  expect(existsSync(file)).toBe(false);
});

test('the lock of a process id that is somebody else’s by now is taken over', async () => {
  const file = path.join(folder, 'lock');
  writeFileSync(file, String(process.ppid));
  utimesSync(file, new Date(0), new Date(0));
  expect(await holdLock(file, async () => 'held', () => {})).toBe('held');
});

test('a second set-up waits for the first, and says so', async () => {
  const file = path.join(folder, 'lock');
  const order: string[] = [];
  const first = holdLock(file, async () => { await new Promise((resolve) => setTimeout(resolve, 300)); order.push('first'); });
  const second = holdLock(file, async () => { order.push('second'); }, (line: string) => order.push(line));
  await Promise.all([first, second]);
  expect(order).toEqual([expect.stringContaining('Another set-up is running'), 'first', 'second']);
});
