import { expect, test } from 'vitest';
import { checkChoices } from '../../../src/cli/check-choices';
import type { Choices } from '../../../src/protocol/engine';

const choices: Choices = {
  targets: [{ id: 'linux', label: 'Linux', os: 'linux' }, { id: 'mac', label: 'macOS', os: 'macos' }],
  outputs: [{ id: 'zipapp', label: 'Zipapp', description: '' }],
  pythons: [{ series: '3.14', python: '3.14.6', targets: ['linux', 'mac'] }, { series: '3.11', python: '3.11.11', targets: ['linux'] }],
};

test.each([
  [{ targets: [], outputs: [] }],
  [{ targets: ['mac', 'linux'], outputs: ['zipapp'], python: '3.14' }],
  [{ targets: ['linux'], outputs: [], python: '3.11' }],
  [{ targets: [], outputs: [], python: '3.11' }],
])('%j can be had', (asked) => {
  expect(checkChoices(asked, choices)).toBeUndefined();
});

test.each([
  [{ targets: ['linux', 'beos'], outputs: [] }, 'plan/unsupported', 'There is no target called beos.', 'There are: linux, mac.'],
  [{ targets: [], outputs: ['floppy'] }, 'plan/unsupported', 'There is no output called floppy.', 'There are: zipapp.'],
  [{ targets: [], outputs: [], python: '3.9' }, 'supply/no-runtime', 'There is no CPython 3.9 here.', 'There is: 3.14 for linux, mac; 3.11 for linux.'],
  [{ targets: ['mac'], outputs: [], python: '3.11' }, 'supply/no-runtime', 'There is no CPython 3.11 for mac here.', 'There is: 3.14 for linux, mac; 3.11 for linux.'],
])('%j cannot', (asked, code, message, note) => {
  expect(checkChoices(asked, choices)).toEqual({ code, message, notes: [note] });
});

test('says how runtimes are made where there is none at all', () => {
  expect(checkChoices({ targets: [], outputs: [], python: '3.14' }, { ...choices, pythons: [] })?.notes).toEqual(['Run `npm run setup`, which makes them.']);
});
