// Wheels that our engine builds of source distributions, compared with the published ones: a row for each.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../setup/paths.mjs';
import { openWheelBuilder } from './build-wheels.mjs';
import { sourceFolder } from './fetch-sources.mjs';
import { makeInput } from './make-input.mjs';

export async function checkWheels(cases, load, report) {
  const builder = await openWheelBuilder(load, at('.build/world/store'));
  try {
    for (const one of cases) await report(`wheel of ${one.sdist} (${one.backend})`, 'tab', () => check(one, builder));
  } finally {
    builder.close();
  }
}

async function check({ sdist, other = [], why }, builder) {
  const built = await builder.build(makeInput({ sdist }));
  if (!built.ok) throw new Error(`${built.failure.code}: ${built.failure.message}`);
  const folder = at('.build/world/wheels');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, built.value.filename);
  writeFileSync(path, built.value.bytes);
  const found = compare(join(sourceFolder, findPublished(sdist, built.value.filename)), path);
  const unexplained = found.filter((line) => !other.some((pattern) => pattern.test(line)));
  if (unexplained.length) throw new Error(`${unexplained.length} differences: ${unexplained.slice(0, 5).join('; ')}`);
  return found.length ? `same but for ${why}` : 'same names, metadata and contents';
}

/** Published names may be spelt otherwise: PySocks-1.7.1 for pysocks-1.7.1. */
const findPublished = (sdist, filename) => (filename.toLowerCase().startsWith(`${sdist.toLowerCase()}-`) ? `${sdist}${filename.slice(sdist.length)}` : filename);

function compare(published, ours) {
  const { status, stdout, stderr } = spawnSync('python3', [at('tools/world/compare_wheels.py'), published, ours], { encoding: 'utf8', env: { ...process.env, PYTHONPATH: at('.build/pytest') } });
  if (status !== 0 && stdout === '') throw new Error(stderr);
  return stdout.split('\n').filter(Boolean);
}
