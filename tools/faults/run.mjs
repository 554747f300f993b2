// `npm run faults [-- FILE…]`: the native tests with many more faults than `npm test` tries; then a table of what was done, and what was not.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { at, root } from '../setup/paths.mjs';
import { notRun } from './not-run.mjs';
import { makeReport } from './print-report.mjs';

const result = at('.build/test-results/faults.json');
const seed = process.env.TERRARIUM_FAULTS_SEED ?? String(Date.now() % 1_000_000);
const chosen = process.argv.slice(2);

mkdirSync(at('.build/test-results'), { recursive: true });
rmSync(result, { force: true });
console.log(`TERRARIUM_FAULTS_SEED=${seed}`);
const started = performance.now();
const command = [at('node_modules/vitest/vitest.mjs'), 'run', ...(chosen.length > 0 ? chosen : ['tests/native']), '--testTimeout=900000', '--reporter=default', '--reporter=json', `--outputFile.json=${result}`];
const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, TERRARIUM_FAULTS: 'full', TERRARIUM_FAULTS_SEED: seed } });
const { text, ok } = makeReport(JSON.parse(readFileSync(result, 'utf8')), notRun, chosen.length === 0);
console.log(`\n${text}\n\nseed ${seed}, ${Math.round((performance.now() - started) / 1000)} s`);
process.exitCode = ok && status === 0 ? 0 : 1;
