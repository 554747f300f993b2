import { describe, expect, test } from 'vitest';
import { checkGroups, chooseGroups } from '../../../src/layers/choose-groups';
import type { Analysis } from '../../../src/model/analysis';
import type { Frame } from '../../../src/model/ingredients';
import type { RuntimeManifest } from '../../../src/model/runtime';

const runtime = {
  groups: [
    { name: 'core', required: true, modules: [] },
    { name: 'tkinter', required: false, modules: ['_tkinter', 'tkinter', 'turtle'] },
    { name: 'test', required: false, modules: ['test'] },
    { name: 'end', required: true, modules: [] },
  ],
} as unknown as RuntimeManifest;

test.each<[string, { stdlib?: string[]; frames?: boolean[]; asked?: string[] }, string[]]>([
  ['what is required, always', {}, ['core', 'end']],
  ['what the project imports', { stdlib: ['json', 'tkinter'] }, ['core', 'tkinter', 'end']],
  ['what any module of a group asks for', { stdlib: ['turtle'] }, ['core', 'tkinter', 'end']],
  ['what a dependency imports', { frames: [false, true] }, ['core', 'tkinter', 'end']],
  ['what is asked for', { asked: ['test'] }, ['core', 'test', 'end']],
  ['all of it, in the order of the layer', { stdlib: ['test'], asked: ['tkinter', 'test'] }, ['core', 'tkinter', 'test', 'end']],
  ['nothing for names that only look alike', { stdlib: ['tkinterx', 'tests', 'core'] }, ['core', 'end']],
])('takes %s', (_, { stdlib = [], frames = [], asked = [] }, expected) => {
  const chosen = chooseGroups(runtime, { stdlib } as unknown as Analysis, frames.map((tkinter) => ({ tkinter }) as Frame), asked);
  expect(chosen.map(({ name }) => name)).toEqual(expected);
});

describe('a group that is asked for', () => {
  const bare = { groups: [{ name: 'core', required: true, modules: [] }] } as unknown as RuntimeManifest;

  test('may be there for one target only', () => {
    expect(checkGroups(['tkinter'], new Map([['a', bare], ['b', runtime]]))).toBeUndefined();
    expect(checkGroups([], new Map())).toBeUndefined();
  });

  test.each([
    [runtime, 'There are: tkinter, test.'],
    [bare, 'There are none for these targets.'],
  ])('is refused where no target has it', (one, note) => {
    expect(checkGroups(['tkinter', 'teapot'], new Map([['a', runtime]]))).toMatchObject({ failure: { code: 'plan/unsupported', message: 'The standard library has no optional group called teapot.' } });
    expect(checkGroups(['teapot'], new Map([['a', one]]))?.failure.notes).toEqual([note]);
  });
});
