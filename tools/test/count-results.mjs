// The reports that vitest (JSON) and pytest (JUnit XML) write, and those of parts that count themselves, become numbers. No report: nothing was counted.
import { existsSync, readFileSync } from 'node:fs';

export function countVitest(file) {
  if (!existsSync(file)) return {};
  const report = JSON.parse(readFileSync(file, 'utf8'));
  // A file that does not load has no tests: it counts as one that failed.
  const unloaded = report.testResults.filter((each) => each.status === 'failed' && each.assertionResults.length === 0).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded, skipped: report.numPendingTests + report.numTodoTests };
}

export function countPytest(file) {
  if (!existsSync(file)) return {};
  const suite = /<testsuite\b[^>]*>/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
  const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  return { passed: number('tests') - failed - number('skipped'), failed, skipped: number('skipped') };
}

export const readCounts = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
