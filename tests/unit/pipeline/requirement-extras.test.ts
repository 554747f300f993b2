// Extras that are chosen after a requirement was typed in take the place of those in it.
import { expect, test } from 'vitest';
import { withExtras } from '../../../src/analysis/analyse-requirement';

test.each([
  ['black', undefined, 'black'], ['black[d]==26.10.1', undefined, 'black[d]==26.10.1'], ['black', ['d'], 'black[d]'],
  ['black [jupyter] >= 26', ['d', 'colorama'], 'black[d,colorama] >= 26'], ['black[d]==26.10.1', [], 'black==26.10.1'], ['a; os_name == "nt"', ['x'], 'a[x]; os_name == "nt"'],
])('%s with %j is %s', (typed, extras, expected) => expect(withExtras(typed, extras)).toBe(expected));
