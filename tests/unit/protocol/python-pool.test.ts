// The pool over interpreters that only count: who answers, who is ended, and that nothing starts once it is closed.
import { expect, test } from 'vitest';
import { Cancelled } from '../../../src/protocol/cancelled';
import type { PythonInterpreter } from '../../../src/protocol/python';
import { PythonPool } from '../../../src/protocol/python-pool';

function makeInterpreters() {
  const made: { ended: boolean; verbs: string[] }[] = [];
  const make = (): PythonInterpreter => {
    const one = { ended: false, verbs: [] as string[] };
    made.push(one);
    const call = async (verb: string) => {
      if (one.ended) throw new Cancelled();
      one.verbs.push(verb);
      return { answer: { ok: true, value: {} }, blobs: [] };
    };
    return { ready: async () => ({ python: '3.14.0', boot: 'ordinary', milliseconds: 0, code: '' }), put: async () => undefined, call: call as unknown as PythonInterpreter['call'], terminate: () => void (one.ended = true) };
  };
  return { made, make };
}

const end = { files: [], end: true };

test('help comes from a second interpreter, started when it is first needed', async () => {
  const { made, make } = makeInterpreters();
  const pool = new PythonPool(make, { spare: false });
  await Promise.all([pool.call('files_layer', end), pool.assist('files_layer', end), pool.assist('files_layer', end)]);
  expect(made.map(({ verbs }) => verbs.length)).toEqual([1, 2]);
});

test('after terminate another takes its place', async () => {
  const { made, make } = makeInterpreters();
  const pool = new PythonPool(make, { spare: false });
  pool.terminate();
  await pool.call('files_layer', end);
  expect(made.map(({ ended }) => ended)).toEqual([true, false]);
});

test('once closed nothing starts, neither for help nor in place of what ended', async () => {
  const { made, make } = makeInterpreters();
  const pool = new PythonPool(make, { spare: false });
  pool.close();
  pool.terminate();
  await expect(pool.call('files_layer', end)).rejects.toThrow(Cancelled);
  await expect(pool.assist('files_layer', end)).rejects.toThrow(Cancelled);
  expect(made.map(({ ended }) => ended)).toEqual([true]);
});

test('a build takes the spare that nothing is asked of, and in the end another is made where one is to be kept', async () => {
  for (const spare of [false, true]) {
    const { made, make } = makeInterpreters();
    const pool = new PythonPool(make, { spare });
    await pool.assist('files_layer', end);
    const builder = pool.spawn();
    await builder.call('files_layer', end);
    expect(made.map(({ verbs }) => verbs.length)).toEqual([0, 2]);
    builder.terminate();
    expect(made.map(({ ended }) => ended)).toEqual(spare ? [false, true, false] : [false, true]);
    await pool.assist('files_layer', end);
    expect(made.map(({ verbs }) => verbs.length)).toEqual([0, 2, 1]);
    pool.close();
  }
});

test('a build does not take the spare while it helps', async () => {
  const { made, make } = makeInterpreters();
  const pool = new PythonPool(make, { spare: false });
  const help = pool.assist('files_layer', end);
  await pool.spawn().call('files_layer', end);
  await help;
  expect(made.map(({ verbs }) => verbs.length)).toEqual([0, 1, 1]);
});
