// `npm run bench:start [-- --rounds 40 --cold 7]`: starts of the same two apps packed by us and by others, as ratios to a plain venv, beside what bare Python needs.
// Uses what `npm test` has set up (CPython builds, the test index's wheels, the built CLI) and fetches the other packers by pip.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { at } from '../setup/paths.mjs';
import { runCommand } from '../setup/run-command.mjs';
import { runSteps } from '../setup/run-steps.mjs';
import { SetupStop } from '../setup/setup-stop.mjs';
import { copyPython } from './make-venv.mjs';
import { printTable } from './print-table.mjs';
import { makeContenders } from './start/contenders.mjs';
import { makeApps } from './start/make-apps.mjs';
import { measureApp } from './start/measure-app.mjs';
import { goalRows, startRows } from './start/rows.mjs';
import toolsStep from './start/tools-step.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '40' }, cold: { type: 'string', default: '7' } } });
const rounds = { warm: Number(values.rounds), cold: Number(values.cold) };

const load = () => `Load ${loadavg().map((number) => number.toFixed(1)).join(' ')}`;

const notes = `
Ratios are medians of pairs of one round (95 % interval in brackets). A first start is one after its cache was moved away and the disk synced, with the files in
memory; "processor" is the time of all processes of a start, which other load hardly changes. "Handed out" is what a user gets; pex, shiv and the venv also
need a CPython on the machine, whose size is counted for the venv alone. All run CPython 3.14.6
of the same build (PyInstaller its shared library). Not run: pex --scie, which fetches its own launcher and CPython from elsewhere than the index.`;

if (!existsSync(at('.build/index-files')) || !existsSync(at('dist/node/engine.mjs'))) {
  console.error('The bench uses what the tests set up: run `npm test` once.');
  process.exit(1);
}
const work = mkdtempSync(join(tmpdir(), 'terrarium-bench-start-'));
try {
  await main();
} catch (error) {
  if (!(error instanceof SetupStop)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exit();

async function main() {
  await runSteps([toolsStep]);
  const bench = await makeBench();
  const apps = await withIndex((url) => makeApps(bench.python, url, work));
  const system = (await runCommand('naming the file system', 'stat', ['-f', '-c', '%T', work])).trim();
  console.log(`${cpus().length} processors, ${system}; ${rounds.warm} interleaved later starts and ${rounds.cold} first starts of each. ${load()}`);
  const measured = [];
  for (const app of apps) {
    const contenders = await makeContenders(app, bench, app.folder);
    const one = { app, contenders, ...(await measureApp(app, contenders, bench, rounds)) };
    measured.push(one);
    printTable(`${app.name}: ${app.name === 'hello' ? 'does nothing' : 'click, rich and httpx'}. ${load()}`, startRows(one));
  }
  printTable('Goals', goalRows(...measured));
  console.log(notes);
}

async function makeBench() {
  const home = join(work, 'cpython');
  const python = await copyPython(home);
  mkdirSync(join(work, 'home'));
  mkdirSync(join(work, 'tmp'));
  // Nothing of the caller's environment: its settings for Python or for the packers would be measured too.
  const env = { PATH: `${join(home, 'bin')}:/usr/bin:/bin`, HOME: join(work, 'home'), TMPDIR: join(work, 'tmp'), LANG: 'C.UTF-8' };
  return { home, python, env };
}

async function withIndex(use) {
  // The test index is TypeScript; Vite reads it as the tests do.
  const vite = await createServer({ configFile: false, root: at(), server: { middlewareMode: true, ws: false, watch: null }, appType: 'custom', logLevel: 'error' });
  const { startIndexServer } = await vite.ssrLoadModule('/tests/index-server/start-index-server.ts');
  const index = await startIndexServer({ files: at('.build/index-files') });
  try {
    return await use(index.url);
  } finally {
    await index.close();
    await vite.close();
  }
}
