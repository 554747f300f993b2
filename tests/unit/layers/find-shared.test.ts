// Which files of several wheels meet at one place: the first stays, and what differs is told.
import { expect, test } from 'vitest';
import { findShared } from '../../../src/layers/find-shared';

const one = { name: 'one.whl', placed: { 'site-packages/a/__init__.py': 'h1', 'site-packages/a/one.py': 'h2', 'share/note': 'h3' } };

test.each<[string, Record<string, string>, string[], RegExp | undefined]>([
  ['nothing in common', { 'site-packages/b.py': 'x' }, [], undefined],
  ['a folder in common is no clash', { 'site-packages/a/two.py': 'x' }, [], undefined],
  ['the same file is left out in silence (W27)', { 'site-packages/a/__init__.py': 'h1', 'site-packages/a/two.py': 'x' }, ['site-packages/a/__init__.py'], undefined],
  ['another file of the same name is told (W27)', { 'site-packages/a/__init__.py': 'other' }, ['site-packages/a/__init__.py'], /^site-packages\/a\/__init__\.py comes with one\.whl and, different, with two\.whl; that of one\.whl is packed\.$/],
  ['a name that differs in case is the same on some systems', { 'site-packages/A/One.py': 'h2' }, ['site-packages/A/One.py'], undefined],
  ['a file where the first needs a folder', { 'site-packages/a': 'x' }, ['site-packages/a'], /site-packages\/a comes with one\.whl/],
  ['a folder where the first has a file', { 'share/note/deep/x': 'x', 'share/other': 'y' }, ['share/note/deep/x'], /share\/note\/deep\/x comes with one\.whl/],
])('%s', (_, placed, omit, notice) => {
  const found = findShared([one, { name: 'two.whl', placed }]);
  expect(found.omit).toEqual([[], omit]);
  expect(found.notices).toEqual(notice ? [expect.stringMatching(notice)] : []);
});

test('the third is held against both before it', () => {
  const two = { name: 'two.whl', placed: { 'site-packages/b.py': 'x' } };
  const three = { name: 'three.whl', placed: { 'site-packages/b.py': 'y', 'site-packages/a/one.py': 'z' } };
  expect(findShared([one, two, three])).toMatchObject({ omit: [[], [], ['site-packages/b.py', 'site-packages/a/one.py']], notices: [/two\.whl/, /one\.whl/].map((name) => expect.stringMatching(name)) });
});
