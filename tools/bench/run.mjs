// `npm run bench`: the figures of the click/rich/httpx project, each beside its goal, start-up as a ratio to a plain venv of the same
// CPython in the same run. Needs a set-up for tests (`npm test` once): it uses its wheels and CPython builds.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBuilds } from './measure-builds.mjs';
import { measureStarts } from './measure-starts.mjs';

const repository = new URL('../../', import.meta.url).pathname;
if (!existsSync(join(repository, '.build/index-files'))) {
  console.error('The test wheels are not here yet: run `npm test` once.');
  process.exit(1);
}
const work = mkdtempSync(join(tmpdir(), 'terrarium-bench-'));
try {
  const builds = await measureBuilds(repository, work);
  print('Builds (engine in Node, Pyodide up)', builds.rows);
  print('Sizes', builds.sizes);
  print('Starts of the Linux executable', await measureStarts(repository, work, builds.artifacts));
} finally {
  rmSync(work, { recursive: true, force: true });
}

function print(title, rows) {
  console.log(`\n${title}`);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => `${row[column] ?? ''}`.length)));
  for (const row of rows) console.log('  ' + row.map((cell, column) => `${cell ?? ''}`.padEnd(widths[column])).join('  ').trimEnd());
}
