// `npm test`: sets up, builds, checks types, runs every test; then a table of the parts and, as the last line, the count.
import { mkdirSync, rmSync } from 'node:fs';
import { build } from './build.mjs';
import { setup } from './setup.mjs';
import { at } from './setup/paths.mjs';
import { SetupStop } from './setup/setup-stop.mjs';
import { findHostPython } from './runtimes/host-python.mjs';
import { countPytest, countVitest, readCounts } from './test/count-results.mjs';
import { reportHazards } from './test/hazards.mjs';
import { printSummary } from './test/print-summary.mjs';
import { runPart } from './test/run-part.mjs';

const results = at('.build/test-results');
const vitestReport = `${results}/vitest.json`;
const pytestReport = `${results}/pytest.xml`;
const launcherCounts = `${results}/launchers.json`;
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** `count` reads what a part reports of itself; `limit` is in minutes. */
const makeParts = () => [
  { name: 'set-up', work: () => setup({ forTests: true }), needed: true },
  { name: 'build', work: build, needed: true },
  { name: 'check', command: [npm, 'run', '--silent', 'check'], limit: 6 },
  { name: 'pytest', command: pytestCommand, env: pytestEnvironment(), count: () => countPytest(pytestReport), limit: 8 },
  { name: 'launchers', command: [process.execPath, at('tools/launcher/verify.mjs'), '--results', launcherCounts], count: () => readCounts(launcherCounts), limit: 12 },
  { name: 'vitest', command: vitestCommand, count: () => countVitest(vitestReport), limit: 24 },
];

const vitestCommand = () => [
  process.execPath, at('node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`,
];

const pytestCommand = () => [findHostPython(), '-B', '-m', 'pytest', '-q', '-p', 'no:cacheprovider', `--junitxml=${pytestReport}`, at('tests/python')];

function pytestEnvironment() {
  const separator = process.platform === 'win32' ? ';' : ':';
  return { PYTHONPATH: [at('.build/pytest'), at('workers/python')].join(separator), PYTHONDONTWRITEBYTECODE: '1' };
}

async function runAll(parts) {
  const done = [];
  for (const part of parts) {
    console.log(`\n— ${part.name}`);
    done.push(await runPart(part).catch((error) => stopped(part, error)));
    if (part.needed && !done.at(-1).ok) break;
  }
  return done;
}

function stopped(part, error) {
  console.error(error instanceof SetupStop ? error.message : error);
  return { name: part.name, ok: false, seconds: 0 };
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const parts = await runAll(makeParts());
console.log(`\n${reportHazards()}`);
console.log(`\n${printSummary(parts)}`);
process.exitCode = parts.every((part) => part.ok) ? 0 : 1;
