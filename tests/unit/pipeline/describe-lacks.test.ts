// What a runtime's build came without is told where the app gets that part of it.
import { expect, test } from 'vitest';
import { describeLacks } from '../../../src/layers/describe-lacks';
import { targets } from '../../../src/targets/registry';

const lacking = { name: 'tkinter', lacks: 'its scripts' };
const make = (groups: { name: string; lacks?: string }[]) => targets.slice(0, 2).map((target) => ({ target, runtime: { python: '3.14.6' }, groups })) as unknown as Parameters<typeof describeLacks>[0];

test('once for all targets', () => {
  const [one, two] = targets;
  expect(describeLacks(make([{ name: 'core' }, lacking]))).toEqual([expect.stringContaining(`tkinter of CPython 3.14.6 lacks its scripts (${one!.id}, ${two!.id}). `)]);
});

test('not where nothing is missing', () => {
  expect(describeLacks(make([{ name: 'core' }, { name: 'tkinter' }]))).toEqual([]);
});
