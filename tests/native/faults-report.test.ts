// The table of `npm run faults` counts nothing as passed that was not.
import { expect, test } from 'vitest';
import { makeReport, type Report } from '../../tools/faults/print-report.mjs';

const allLabels = Array.from({ length: 32 }, (_, i) => `T${i + 1}`);
const passed = (title: string) => ({ title, fullName: title, status: 'passed' });
const report = (...tests: Report['testResults'][0]['assertionResults']): Report => ({ testResults: [{ name: 'a file', status: 'passed', assertionResults: tests }] });
const others = (label: string) => allLabels.filter((one) => one !== label).map((one) => passed(`does well (${one})`));

test('all is well when each hazard has a test that passed', () => {
  const { text, ok } = makeReport(report(...others(''), { ...passed('more'), meta: { fault: { what: 'kills', done: 3, total: 3, mix: 'small' } } }), []);
  expect(ok).toBe(true);
  expect(text).toMatch(/^ok +3\/3 {2}kills\n +3: small$/m);
  expect(text).toMatch(/^T32 ok +1\/1$/m);
});

test('a run of some files tells of their hazards alone', () => {
  const { text, ok } = makeReport(report(passed('one (T8)')), [], false);
  expect([text.trim(), ok]).toEqual([expect.stringMatching(/^T8 +ok +1\/1$/), true]);
});

test('one title may bear several labels', () => {
  expect(makeReport(report(...others('T8').slice(1), passed('both (T1, T8)')), []).ok).toBe(true);
});

test.each<[string, Report, string[], RegExp, boolean]>([
  ['a hazard without a test or a reason', report(...others('T7')), [], /^T7 {2}MISSING/m, false],
  ['a hazard with a reason', report(...others('T7')), ['T7'], /^T7 {2}not run +0\/0\n +not run: it \(so\)$/m, true],
  ['a hazard whose tests were skipped', report(...others('T7'), { ...passed('x (T7)'), status: 'skipped' }), [], /^T7 {2}SKIPPED +0\/1 {2}1 skipped$/m, true],
  ['a failed test', report(...others('T7'), { ...passed('x (T7)'), status: 'failed' }, passed('y (T7)')), ['T7'], /^T7 {2}FAILED +1\/2[^]*^FAILED {2}x \(T7\)$/m, false],
  ['a failed test without a label', report(...others(''), { ...passed('x'), status: 'failed' }), [], /^FAILED {2}x$/m, false],
  ['a file that does not load', { testResults: [...report(...others('')).testResults, { name: 'b', status: 'failed', assertionResults: [] }] }, [], /^FAILED {2}b \(it does not load\)$/m, false],
])('%s is told', (_, vitest, reasons, line, ok) => {
  const result = makeReport(vitest, reasons.map((label) => ({ label, what: 'it', why: 'so' })));
  expect(result.text).toMatch(line);
  expect(result.ok).toBe(ok);
});
