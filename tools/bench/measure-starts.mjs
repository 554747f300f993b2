// Cold and warm starts of a packed app beside `python -m app` in a plain venv of the same CPython with compiled byte code.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../setup/paths.mjs';
import { copyPython, makeVenv } from './make-venv.mjs';
import { plotterApp, writeWheel } from './start/make-apps.mjs';

const rounds = 25;

/** `wheels`: what the app was packed with, so that both sides run the same wheels. */
export async function measureStarts(work, { plotter, greet, wheels }) {
  const venv = await makePlainVenv(work, wheels);
  const cache = mkdtempSync(join(work, 'cache-'));
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  const time = (command, words, environment = env) => {
    const began = performance.now();
    const { status, stderr } = spawnSync(command, words, { env: environment, input: '', encoding: 'utf8' });
    if (status !== 0 && status !== 3) throw new Error(`${command}: ${status} ${stderr}`);
    return performance.now() - began;
  };
  const cold = time(plotter, ['--facts']);
  const warm = [];
  const plain = [];
  // Interleaved, so that a busy moment hits both.
  for (let round = 0; round < rounds; round++) {
    warm.push(time(plotter, ['--facts']));
    plain.push(time(join(venv, 'bin/python'), ['-m', 'plotter', '--facts']));
  }
  const colds = Array.from({ length: 5 }, () => {
    const empty = mkdtempSync(join(work, 'cold-'));
    const elapsed = time(greet, [], { ...env, XDG_CACHE_HOME: empty });
    rmSync(empty, { recursive: true });
    return elapsed;
  });
  const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
  const ratio = (a, b) => (a / b).toFixed(2);
  return [
    ['what', 'ms', 'ratio to venv', 'goal'],
    ['python -m plotter in a venv, median', median(plain).toFixed(0), '1.00', ''],
    ['plotter packed, later starts, median', median(warm).toFixed(0), ratio(median(warm), median(plain)), '<= 1.15'],
    ['plotter packed, later starts, fastest', Math.min(...warm).toFixed(0), ratio(Math.min(...warm), Math.min(...plain)), '<= 1.15'],
    ['plotter packed, first start', cold.toFixed(0), ratio(cold, median(plain)), ''],
    ['script without dependencies, first start, median of 5', median(colds).toFixed(0), '', '< 1000'],
  ];
}

async function makePlainVenv(work, wheels) {
  const python = await copyPython(join(work, 'cpython'));
  const own = await writeWheel(plotterApp, python, work);
  return makeVenv(python, join(work, 'venv'), [own, ...wheels.map((name) => at('.build/index-files', name))]);
}
