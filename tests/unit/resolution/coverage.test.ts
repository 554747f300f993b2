// The matrix, what is said of its gaps and what would close them: the same for page and command line.
import { expect, test } from 'vitest';
import { printCoverage, printGaps } from '../../../src/cli/print-coverage';
import { describeGaps, listFixes, makeCoverage } from '../../../src/model/coverage';
import type { Distribution, Gap, Resolution } from '../../../src/model/resolution';

const source = { filename: 'old-1.0.tar.gz', url: 'https://files.example/old-1.0.tar.gz', sha256: '0' };
const wheel = (filename: string, rest: Partial<Distribution['wheels'][string]> = {}) => ({ filename, url: '', sha256: '', pure: true, ...rest });
const leave = (target: string) => ({ kind: 'leave-out' as const, target, label: `Leave ${target} out` });
const newer = { kind: 'version' as const, override: 'fast==3', label: 'Take fast 3' };
const gap = (target: string): Gap => ({ name: 'fast', version: '2', target, kind: 'wheel', reason: `fast 2 has no wheel for ${target}`, fixes: [leave(target), newer] });
const resolution: Resolution = {
  python: '3.14', targets: ['linux', 'mac', 'windows'], lock: '', notices: [], gaps: [gap('mac'), gap('windows')],
  distributions: [
    { name: 'fast', version: '2', requiredBy: [], wheels: { linux: wheel('fast-2-cp314.whl', { pure: false }) } },
    { name: 'old', version: '1.0', requiredBy: [], wheels: { linux: wheel('old-1.0.whl', { built: source }), windows: wheel('old-1.0.whl', { built: source }) } },
    { name: 'plain', version: '4', requiredBy: [], wheels: { linux: wheel('plain-4.whl'), mac: wheel('plain-4.whl'), windows: wheel('plain-4.whl') } },
  ],
};

test('each cell says what there is', () => {
  expect(makeCoverage(resolution).map(({ name, cells }) => [name, ...cells.map(({ state }) => state)])).toEqual([
    ['fast', 'native', 'missing', 'missing'], ['old', 'built', 'unneeded', 'built'], ['plain', 'pure', 'pure', 'pure'],
  ]);
  expect(makeCoverage(resolution)[0]!.cells[1]).toEqual({ state: 'missing', version: '2', title: 'fast 2 has no wheel for mac' });
});

test('a reason that several targets share is told once', () => {
  expect(describeGaps(resolution)).toEqual(['fast 2 has no wheel for mac. The same for windows.']);
});

test('a fix that closes several gaps comes first, and once', () => {
  expect(listFixes(resolution).map(({ fix, gaps }) => [fix.label, gaps.length])).toEqual([['Take fast 3', 2], ['Leave mac out', 1], ['Leave windows out', 1]]);
});

test('the command line prints the matrix and the options that would help', () => {
  expect(printCoverage(resolution)).toBe('distribution  linux  mac  windows\nfast          2*     2!   2!\nold           1.0+   -    1.0+\nplain         4      4    4\n* a wheel made for the platform\n+ built here from source\n! missing\n');
  expect(printGaps(resolution)).toMatch(/--override "fast==3" +Take fast 3\n +--target linux,windows +Leave mac out/);
});
