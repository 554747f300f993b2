import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript, as set-up runs before anything is installed
import { countPytest, countVitest } from '../../../tools/test/count-results.mjs';
// @ts-expect-error as above
import { printSummary } from '../../../tools/test/print-summary.mjs';

let file: string;
beforeEach(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'terrarium-summary-'));
  file = path.join(folder, 'report');
  return () => rmSync(folder, { recursive: true });
});

test('pytest’s report is counted: errors are failures, skipped ones did not pass', () => {
  writeFileSync(file, '<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1.2"></testsuite></testsuites>');
  expect(countPytest(file)).toEqual({ passed: 4, failed: 3, skipped: 3 });
});

test('vitest’s report is counted: a file that does not load is a failure', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }, { status: 'failed', assertionResults: [{ status: 'failed' }] }];
  writeFileSync(file, JSON.stringify({ numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, numTodoTests: 0, testResults }));
  expect(countVitest(file)).toEqual({ passed: 7, failed: 2, skipped: 2 });
});

test('the last line of the summary is the sum of the parts', () => {
  const parts = [{ name: 'set-up', ok: true, seconds: 1 }, { name: 'pytest', ok: true, seconds: 2, passed: 3, failed: 0 }, { name: 'vitest', ok: false, seconds: 4, passed: 5, failed: 2 }];
  expect(printSummary(parts).split('\n').at(-1)).toBe('8 passed, 2 failed');
});

test('a part that broke without failed tests is not lost in the sum', () => {
  expect(printSummary([{ name: 'vitest', ok: false, seconds: 1 }]).split('\n').at(-1)).toBe('0 passed, 1 failed');
});
