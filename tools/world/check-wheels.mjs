// Wheels that our engine builds of source distributions, compared with the published ones: a row for each.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

async function check({ sdist, other = [], why, oracle }, builder) {
  const built = await builder.build(makeInput({ sdist }));
  if (!built.ok) throw new Error(`${built.failure.code}: ${built.failure.message}`);
  const folder = at('.build/world/wheels');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, built.value.filename);
  writeFileSync(path, built.value.bytes);
  const found = compare(oracle === 'pip' ? buildByPip(sdist) : join(sourceFolder, built.value.filename), path);
  const unexplained = found.filter((line) => !other.some((pattern) => pattern.test(line)));
  if (unexplained.length) throw new Error(`${unexplained.length} differences: ${unexplained.slice(0, 5).join('; ')}`);
  return found.length ? `same but for ${why}` : `same names, metadata and contents${oracle ? ', as pip builds it' : ''}`;
}

function buildByPip(sdist) {
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-world-pip-'));
  execFileSync('python3', ['-m', 'pip', 'wheel', '--quiet', '--no-deps', '-w', folder, join(sourceFolder, `${sdist}.tar.gz`)], { stdio: ['ignore', 'ignore', 'pipe'] });
  return join(folder, readdirSync(folder)[0]);
}

function compare(published, ours) {
  const { status, stdout, stderr } = spawnSync('python3', [at('tools/world/compare_wheels.py'), published, ours], { encoding: 'utf8', env: { ...process.env, PYTHONPATH: at('.build/pytest') } });
  if (status !== 0 && stdout === '') throw new Error(stderr);
  return stdout.split('\n').filter(Boolean);
}
