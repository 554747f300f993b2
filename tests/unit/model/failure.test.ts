// A failure's sentences are one line each, of bounded length, whatever they quote. Python does the same (tests/python/test_failure.py).
import { expect, test } from 'vitest';
import { fail } from '../../../src/model/failure';

test.each([
  ['Reading a\nb: found c.', 'Reading a b: found c.'],
  ['a\r\nb\u2028c', 'a b c'],
  [`${'x'.repeat(5000)}.`, `${'x'.repeat(1000)} … ${'x'.repeat(499)}.`],
])('%j', (text, shown) => {
  expect(fail('wheel/invalid', text, text).failure).toEqual({ code: 'wheel/invalid', message: shown, notes: [shown] });
});
