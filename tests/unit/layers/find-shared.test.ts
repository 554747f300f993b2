// Which files of several wheels meet at one place: the first stays, and what differs is told.
import { expect, test } from 'vitest';
import { findShared } from '../../../src/layers/find-shared';

const one = { name: 'one.whl', placed: { 'site/a/__init__.py': 'h1', 'site/a/one.py': 'h2', 'share/note': 'h3' } };

test.each<[string, Record<string, string>, string[], RegExp | undefined]>([
  ['nothing in common', { 'site/b.py': 'x' }, [], undefined],
  ['a folder in common is no clash', { 'site/a/two.py': 'x' }, [], undefined],
  ['the same file is left out in silence', { 'site/a/__init__.py': 'h1', 'site/a/two.py': 'x' }, ['site/a/__init__.py'], undefined],
  ['another file of the same name is told', { 'site/a/__init__.py': 'other' }, ['site/a/__init__.py'], /^site\/a\/__init__\.py comes with one\.whl and, different, with two\.whl; that of one\.whl is packed\.$/],
  ['a name that differs in case is the same on some systems', { 'site/A/One.py': 'h2' }, ['site/A/One.py'], undefined],
  ['a file where the first needs a folder', { 'site/a': 'x' }, ['site/a'], /site\/a comes with one\.whl/],
  ['a folder where the first has a file', { 'share/note/deep/x': 'x', 'share/other': 'y' }, ['share/note/deep/x'], /share\/note\/deep\/x comes with one\.whl/],
])('%s', (_, placed, omit, notice) => {
  const found = findShared([one, { name: 'two.whl', placed }]);
  expect(found.omit).toEqual([[], omit]);
  expect(found.notices).toEqual(notice ? [expect.stringMatching(notice)] : []);
});

test('the third is held against both before it', () => {
  const two = { name: 'two.whl', placed: { 'site/b.py': 'x' } };
  const three = { name: 'three.whl', placed: { 'site/b.py': 'y', 'site/a/one.py': 'z' } };
  expect(findShared([one, two, three])).toMatchObject({ omit: [[], [], ['site/b.py', 'site/a/one.py']], notices: [/two\.whl/, /one\.whl/].map((name) => expect.stringMatching(name)) });
});
