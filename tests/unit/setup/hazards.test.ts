// The count of hazards at the end of `npm test`: a case counts where a test of it passed, and by nothing else.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import hazards from '../../hazards.json';
import { countHazards, findLabels, printHazards, readPytestTitles, readVitestTitles, type Hazards } from '../../../tools/test/count-hazards.mjs';

const folder = mkdtempSync(join(tmpdir(), 'terrarium-hazards-'));
afterAll(() => rmSync(folder, { recursive: true }));
const list: Hazards = { cases: { Z1: 'one', Z2: 'two', R1: 'three' }, notShown: { Z2: 'needs a machine' } };
const passed = (title: string) => ({ title, passed: true, failed: false });
const shown = (titles: Parameters<typeof countHazards>[0]) => countHazards(titles, list).letters.map(({ letter, shown, total }) => `${letter} ${shown}/${total}`).join(' ');

test.each([
  ['Z7 data after the end', ['Z7']], ['to read Z50 no final block', ['Z50']], ["'Z5 no end record'", ['Z5']], ['cut at each byte (Z4)', ['Z4']], ['both (R6, R7)', ['R6', 'R7']], ['(R13)', ['R13']], ['bad-toml (P1)', ['P1']],
  ['plain words', []], ['an S3 bucket', ['S3']], ['PEP 440: `===`', []], ['Z7', []],
])('%j names %j', (title, labels) => expect(findLabels(title)).toEqual(labels));

test('what passed counts, what failed or was skipped does not', () => {
  expect(shown([passed('Z1 x'), passed('y (R1)')])).toBe('Z 1/2 R 1/1');
  expect(shown([{ ...passed('Z1 x'), passed: false }])).toBe('Z 0/2 R 0/1');
  expect(shown([passed('Z1 x'), { title: 'Z1 y', passed: false, failed: true }])).toBe('Z 0/2 R 0/1');
});

test('a case without a test is told with its reason, and one that has none says so', () => {
  expect(printHazards(countHazards([passed('Z1 x')], list))).toBe('hazards   Z 1/2   R 0/1\n  Z2  two: needs a machine\n  R1  three: no test of it ran');
});

test('both reports are read', () => {
  const assertion = (title: string, status: string) => ({ title, status, ancestorTitles: ['group (Z2)'] });
  writeFileSync(join(folder, 'v.json'), JSON.stringify({ testResults: [{ assertionResults: [assertion('Z1 x', 'passed'), assertion('y', 'skipped')] }] }));
  writeFileSync(join(folder, 'p.xml'), '<testsuites><testsuite><testcase classname="a" name="test_x[(R1)]" time="1" /><testcase classname="a" name="test_y[W2 a &lt; b]" time="1"><failure message="x">y</failure></testcase><testcase name="test_z[W3 x]"><skipped/></testcase></testsuite></testsuites>');
  expect(readVitestTitles(join(folder, 'v.json')).filter((one) => one.passed).map((one) => one.title)).toEqual(['Z1 x', 'group (Z2)']);
  expect(readPytestTitles(join(folder, 'p.xml')).map(({ title, passed, failed }) => [findLabels(title)[0], passed, failed])).toEqual([['R1', true, false], ['W2', false, true], ['W3', false, false]]);
  expect(readVitestTitles(join(folder, 'none.json'))).toEqual([]);
});

test('the list has every number once, and excuses nothing that is not on it', () => {
  const counts = Object.fromEntries(countHazards([], hazards).letters.map(({ letter, total }) => [letter, total]));
  expect(counts).toEqual({ Z: 62, W: 31, P: 21, I: 37, R: 21 });
  for (const [letter, total] of Object.entries(counts)) for (let number = 1; number <= total; number++) expect(hazards.cases).toHaveProperty(`${letter}${number}`);
  expect(Object.keys(hazards.notShown).filter((label) => !(label in hazards.cases))).toEqual([]);
});
