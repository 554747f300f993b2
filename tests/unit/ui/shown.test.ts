// What the page makes of text and findings before it shows them.
import { describe, expect, test } from 'vitest';
import { fail } from '../../../src/model/failure';
import type { ImportFound } from '../../../src/model/analysis';
import { findQuestions } from '../../../src/ui/find-questions';
import { findSuggestions } from '../../../src/ui/find-suggestions';
import { makePrintable } from '../../../src/model/make-printable';

describe('text of others', () => {
  const cases: [string, string, string][] = [
    ['a right-to-left override', 'annex\u202Egpj.exe', 'annex\\u202egpj.exe'],
    ['an isolate', '\u2066x\u2069', '\\u2066x\\u2069'],
    ['a terminal sequence', '\u001b[31mred', '\\u001b[31mred'],
    ['a name with a NUL', 'a\u0000b', 'a\\u0000b'],
    ['a zero-width space', 'pa\u200bypal', 'pa\\u200bypal'],
  ];
  test.each(cases)('shows %s as an escape', (_, text, shown) => expect(makePrintable(text)).toBe(shown));

  test('is left as it is where it is plain, in any script', () => {
    const plain = 'two lines\n\tand Ελληνικά, עברית, 日本語, é, 👩‍🚀 <img onerror>';
    expect(makePrintable(plain)).toBe(plain);
  });

  test('is found at any depth, and Blobs are handed through', () => {
    const blob = new Blob(['\u202e']);
    expect(makePrintable({ a: [{ 'k\u202e': '\u202e' }], n: 1, none: undefined, blob })).toEqual({ a: [{ 'k\\u202e': '\\u202e' }], n: 1, none: undefined, blob });
  });
});

describe('imports that nothing declares', () => {
  const found = (module: string, more: Partial<ImportFound> = {}): ImportFound => ({ module, place: { path: 'a.py', line: 1 }, sort: 'undeclared', manner: 'plain', ...more });

  test('are gathered by distribution, or by module where none is known', () => {
    const { known, unknown } = findSuggestions([
      found('yaml', { distribution: 'PyYAML' }), found('yaml.nodes', { distribution: 'PyYAML', place: { path: 'b.py', line: 2 } }),
      found('odd.thing'), found('odd'), found('json', { sort: 'stdlib' }), found('rich', { sort: 'declared', distribution: 'rich' }),
    ]);
    expect(known).toEqual([{ name: 'PyYAML', places: ['a.py:1', 'b.py:2'], optional: false }]);
    expect(unknown).toEqual([{ name: 'odd', places: ['a.py:1'], optional: false }]);
  });

  test('are not asked for when only type checkers see them, or when the name is computed', () => {
    expect(findSuggestions([found('typer', { manner: 'type-checking' }), found('', { manner: 'dynamic' })])).toEqual({ known: [], unknown: [] });
  });

  test('are optional when every one of them is in a try', () => {
    const names = findSuggestions([found('a', { manner: 'try' }), found('b', { manner: 'try' }), found('b')]).unknown;
    expect(names.map(({ optional }) => optional)).toEqual([true, false]);
  });
});

describe('a failure that asks', () => {
  const ask = (message: string) => findQuestions(fail('project/needs-answer', message).failure);
  test.each([
    ["Naming the project: found no usable name in '日本.py', expected Latin letters or digits.", ['name']],
    ['Building the project: its version is not known, setuptools made app-0.0.0-py3-none-any.whl.', ['version']],
    ["Reading the project's version in what was given: found 'x', expected a version as PEP 440 describes it.", ['version']],
    ['Looking for the project: found 3 of them in one tree, expected one.', ['project']],
  ])('%s', (message, questions) => expect(ask(message)).toEqual(questions));

  test('only asks when its code says so', () => expect(findQuestions(fail('build/failed', 'Building: its version is not known').failure)).toEqual([]));
});
