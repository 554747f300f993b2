// vitest's JSON report and the list of what was not run become the lines that `npm run faults` prints, and whether all is well.
const labels = Array.from({ length: 32 }, (_, i) => `T${i + 1}`);

const labelsOf = (title) => [...(/\(((?:T\d+(?:, )?)+)\)/.exec(title)?.[1].matchAll(/T\d+/g) ?? [])].map(([label]) => label);

const readTests = (report) => report.testResults.flatMap((file) => file.assertionResults.map((test) => ({ ...test, labels: labelsOf(test.title) })));

/** Tests that tried the same count together; what did not get as far as counting is seen among the failed. */
function sumFaults(tests) {
  const sums = new Map();
  for (const { meta, status } of tests) {
    if (meta?.fault === undefined) continue;
    const { what, done, total, mix } = meta.fault;
    const sum = sums.get(what) ?? { what, done: 0, total: 0, mixes: [], ok: true };
    sums.set(what, { what, done: sum.done + done, total: sum.total + total, mixes: [...sum.mixes, `${total}: ${mix}`], ok: sum.ok && status === 'passed' });
  }
  return [...sums.values()];
}

const printSum = ({ what, done, total, mixes, ok }) =>
  [`${ok ? 'ok    ' : 'FAILED'} ${`${done}/${total}`.padStart(9)}  ${what}`, ...mixes.map((mix) => `${' '.repeat(18)}  ${mix}`)].join('\n');

function printLabel(label, tests, notRun) {
  const own = tests.filter((test) => test.labels.includes(label));
  const count = (status) => own.filter((test) => test.status === status).length;
  const [passed, failed] = [count('passed'), count('failed')];
  const skipped = own.length - passed - failed;
  const absent = notRun.filter((one) => one.label === label);
  const state = failed > 0 ? 'FAILED' : passed > 0 ? 'ok    ' : skipped > 0 ? 'SKIPPED' : absent.length > 0 ? 'not run' : 'MISSING';
  const line = `${label.padEnd(4)}${state.padEnd(8)}${`${passed}/${own.length}`.padStart(7)}${skipped > 0 ? `  ${skipped} skipped` : ''}`;
  return { bad: failed > 0 || state === 'MISSING', text: [line, ...absent.map(({ what, why }) => `              not run: ${what} (${why})`)].join('\n') };
}

/** Where only some files were run, `whole` is false and hazards without a test are no fault. */
export function makeReport(report, notRun, whole = true) {
  const tests = readTests(report);
  const shown = whole ? labels : labels.filter((label) => tests.some((test) => test.labels.includes(label)));
  const lines = shown.map((label) => printLabel(label, tests, notRun));
  const failed = tests.filter(({ status }) => status === 'failed');
  const unloaded = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0);
  const broken = [...failed.map(({ fullName }) => `FAILED  ${fullName}`), ...unloaded.map(({ name }) => `FAILED  ${name} (it does not load)`)];
  const text = [...sumFaults(tests).map(printSum), '', ...lines.map((line) => line.text), ...(broken.length > 0 ? ['', ...broken] : [])].join('\n');
  return { text, ok: broken.length === 0 && lines.every((line) => !line.bad) };
}
