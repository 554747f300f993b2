import { describe, expect, test } from 'vitest';
import { chooseEntry } from '../../../src/analysis/choose-entry';
import type { Analysis, Entry } from '../../../src/model/analysis';

const entry = (name: string, kind: Entry['kind'], value: string, more: Partial<Entry> = {}): Entry => ({ name, kind, value, windowed: false, origin: `${kind} found`, ...more });
const draw = entry('draw', 'function', 'plotter.cli:main');
const paint = entry('paint', 'function', 'plotter.gui:main');
const pack = entry('plotter', 'module', 'plotter');
const tool = entry('tool', 'script', 'tool.py');

function choose(entries: Entry[], { preferred = 0, declared = [], asked, kind = 'backend' }: { preferred?: number; declared?: Entry[]; asked?: string; kind?: 'backend' | 'bare' | 'wheel' | 'requirement' } = {}) {
  return chooseEntry({ name: 'plotter', entries, preferredEntry: preferred, layout: { kind } } as unknown as Analysis, declared, asked);
}

describe('without being asked', () => {
  test.each<[string, Parameters<typeof choose>, string, string[]]>([
    ['the preferred one', [[draw, paint], { preferred: 1 }], 'paint', ['draw', 'paint']],
    ['the first where none is preferred', [[draw, paint], { preferred: -1 }], 'draw', ['draw', 'paint']],
    ['what only the wheel declares', [[], { preferred: -1, declared: [paint] }], 'paint', ['paint']],
    ['no script that the wheel does not carry', [[tool, draw]], 'draw', ['draw']],
    ['a script of a bare project', [[tool, draw], { kind: 'bare' }], 'tool', ['tool', 'draw']],
    ['what analysis found before what the wheel adds', [[draw], { declared: [paint, draw] }], 'draw', ['draw', 'paint']],
    ['a module and a function of one name side by side', [[entry('plotter', 'function', 'plotter:main'), pack]], 'plotter', ['plotter', 'plotter']],
  ])('takes %s', (_, given, name, commands) => {
    const chosen = choose(...given);
    expect(chosen).toMatchObject({ ok: true, value: { entry: { name } } });
    if (chosen.ok) expect(chosen.value.commands.map((command) => command.name)).toEqual(commands);
  });

  test('believes the wheel on where a command leads, and analysis on where it was found', () => {
    const chosen = choose([draw], { declared: [entry('draw', 'function', 'plotter.other:run', { windowed: true, origin: 'entry_points.txt' })] });
    expect(chosen).toMatchObject({ ok: true, value: { entry: { value: 'plotter.other:run', windowed: true, origin: 'function found' } } });
  });
});

describe('asked for', () => {
  test.each([
    ['a name', 'paint', { name: 'paint', value: 'plotter.gui:main' }],
    ['what a command leads to', 'plotter.gui:main', { name: 'paint' }],
    ['a function that is no command', 'plotter.cli:debug', { name: 'debug', kind: 'function', value: 'plotter.cli:debug', origin: 'given' }],
    ['an attribute of an object', 'plotter.cli:App.run', { value: 'plotter.cli:App.run' }],
  ])('%s is found', (_, asked, expected) => {
    expect(choose([draw, paint], { asked })).toMatchObject({ ok: true, value: { entry: expected } });
  });

  test('what is no command is one afterwards', () => {
    const chosen = choose([draw], { asked: 'plotter.cli:debug' });
    if (!chosen.ok) throw new Error();
    expect(chosen.value.commands).toEqual([draw, chosen.value.entry]);
  });

  test.each(['pain', '', 'plotter.gui', 'plotter.gui:', ':main', '../x:main', 'a b:c', 'plotter.gui:main()', 'os;x:y', 'constructor', '__proto__'])('%j is refused with what there is', (asked) => {
    expect(choose([draw, paint], { asked })).toEqual({
      ok: false,
      failure: {
        code: 'project/no-entry', message: `plotter has no entry called ${asked}.`,
        notes: ['There are: draw (plotter.cli:main, function found); paint (plotter.gui:main, function found).', 'An entry may also be given as package.module:function.'],
      },
    });
  });
});

test('says how to get one where there is none', () => {
  expect(choose([], { preferred: -1 })).toEqual({
    ok: false,
    failure: { code: 'project/no-entry', message: expect.stringMatching(/^Nothing to start was found in plotter/), notes: [expect.stringMatching(/project\.scripts/)] },
  });
});

test.each(['requirement', 'wheel'] as const)('says of a finished distribution (%s) that it may be a library', (kind) => {
  expect(choose([], { preferred: -1, kind })).toEqual({
    ok: false,
    failure: { code: 'project/no-entry', message: expect.stringMatching(/^Nothing to start was found in plotter: it declares no command/), notes: [expect.stringMatching(/^Name a function of it/)] },
  });
});
