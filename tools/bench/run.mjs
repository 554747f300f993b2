// `npm run bench`: the figures of the click/rich/httpx project, each beside its goal; start-up as a ratio to a plain venv of the same
// CPython in the same run. Uses what `npm test` has set up: CPython builds, the test index's wheels, the built CLI.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'vite';
import { measureBuilds } from './measure-builds.mjs';
import { measureStarts } from './measure-starts.mjs';
import { printTable } from './print-table.mjs';

const repository = new URL('../../', import.meta.url).pathname;
if (!existsSync(join(repository, '.build/index-files')) || !existsSync(join(repository, 'dist/node/engine.mjs'))) {
  console.error('The bench uses what the tests set up: run `npm test` once.');
  process.exit(1);
}
const work = mkdtempSync(join(tmpdir(), 'terrarium-bench-'));
// The test index is TypeScript; Vite reads it as the tests do.
const vite = await createServer({ configFile: false, root: repository, server: { middlewareMode: true, ws: false, watch: null }, appType: 'custom', logLevel: 'error' });
const { startIndexServer } = await vite.ssrLoadModule('/tests/index-server/start-index-server.ts');
const index = await startIndexServer({ files: join(repository, '.build/index-files') });
try {
  const { rows, artifacts, resolution } = await measureBuilds(repository, work, index.url);
  printTable('From a dropped folder to executables', rows);
  printTable('Sizes', [['file', 'MB'], ...artifacts.map((one) => [one.name, (one.size / 1e6).toFixed(1)])]);
  const plotter = join(work, 'plotter-packed');
  writeFileSync(plotter, Buffer.from(await artifacts.find(({ target }) => target === 'linux-x86_64').blob.arrayBuffer()), { mode: 0o755 });
  const wheels = resolution.distributions.flatMap(({ wheels }) => wheels['linux-x86_64']?.filename ?? []);
  printTable('Starts on this machine', await measureStarts(work, { plotter, greet: buildGreet(index.url), wheels }));
} finally {
  await index.close();
  await vite.close();
  rmSync(work, { recursive: true, force: true });
}
process.exit();

function buildGreet(url) {
  const words = ['build', join(repository, 'tests/world/projects/greet.py'), '--target', 'linux-x86_64', '--output', 'executable', '--index', url, '--out', work];
  execFileSync(process.execPath, [join(repository, 'bin/terrarium.mjs'), ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  return join(work, 'greet-1.0-linux-x86_64');
}
