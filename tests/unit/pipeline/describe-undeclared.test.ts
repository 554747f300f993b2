// Imports that nothing declares are told once each, with what to do; those that may well be optional in one line.
import { expect, test } from 'vitest';
import { describeUndeclared } from '../../../src/analysis/describe-undeclared';
import type { Analysis, ImportFound } from '../../../src/model/analysis';

const make = (module: string, more: Partial<ImportFound> = {}): ImportFound => ({ module, place: { path: 'app.py', line: 3 }, sort: 'undeclared', manner: 'plain', ...more });
const yaml = make('yaml.nodes', { distribution: 'PyYAML' });
const describe = (imports: ImportFound[], confirmed: string[] = [], packed: string[] = []) => describeUndeclared({ imports } as unknown as Analysis, confirmed, new Set(packed));

test.each<[string, string[], unknown[]]>([
  ['one that is known, once', describe([yaml, yaml]), ['app.py:3: yaml is imported but not declared; it belongs to PyYAML: add that (on the command line: --require PyYAML).']],
  ['one that nobody knows', describe([make('ours')]), [expect.stringMatching(/^app\.py:3: ours .*declare what provides it/)]],
  ['optional ones together', describe([make('uvloop', { manner: 'try', distribution: 'uvloop' }), make('attr', { manner: 'lazy', distribution: 'attrs' })]),
    ['Imported in some cases only, not declared and not packed: uvloop (try, app.py:3), attr (lazy, app.py:3, of attrs). Add what the app needs of them (on the command line: --require uvloop).']],
  ['one that is imported both ways as needed', describe([{ ...yaml, manner: 'try' }, yaml]), [expect.stringMatching(/^app\.py:3: yaml is imported but/)]],
])('%s', (_, lines, expected) => {
  expect(lines).toEqual(expected);
});

test.each<[string, string[]]>([
  ['what was confirmed', describe([yaml], ['pyyaml>=6'])], ['what a distribution brings', describe([yaml], [], ['yaml'])],
  ['what is declared', describe([{ ...yaml, sort: 'declared' }])], ['what only type checkers see, and computed names', describe([{ ...yaml, manner: 'type-checking' }, make('', { manner: 'dynamic' })])],
])('nothing is told of %s', (_, lines) => {
  expect(lines).toEqual([]);
});
