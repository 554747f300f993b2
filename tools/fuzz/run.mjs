// `npm run fuzz [-- --seconds N --reader NAME --seed S --cases N --language typescript|python]`: every reader of bytes that others made, against mutated inputs.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { findHostPython } from '../runtimes/host-python.mjs';
import { at, root } from '../setup/paths.mjs';

const text = { type: 'string' };
const { values } = parseArgs({ options: { seconds: text, reader: text, seed: text, cases: text, language: text } });
const count = (name) => (values[name] === undefined ? undefined : Number(values[name]));
const wish = { seed: count('seed') ?? Date.now() % 1_000_000_000, reader: values.reader, cases: count('cases') };
const languages = ['typescript', 'python'].filter((one) => (values.language ?? one) === one);
// Half of the time for each language, unless a number of cases is given.
const seconds = wish.cases === undefined ? (count('seconds') ?? 60) / languages.length : undefined;

const run = {
  typescript: () => spawnSync(process.execPath, [at('node_modules/vitest/vitest.mjs'), 'run', 'tests/fuzz', '-t', 'mutated inputs', '--passWithNoTests', '--reporter=dot'], {
    cwd: root, stdio: 'inherit', env: { ...process.env, FUZZ: JSON.stringify({ ...wish, seconds }) },
  }),
  python: () => spawnSync(findHostPython(), ['-B', at('tests/python/fuzzing/run.py'), ...Object.entries({ ...wish, seconds }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]))], {
    cwd: root, stdio: 'inherit', env: { ...process.env, PYTHONPATH: [at('.build/pytest'), at('workers/python'), at('tests/python')].join(process.platform === 'win32' ? ';' : ':') },
  }),
};

console.log(`seed ${wish.seed}`);
const statuses = languages.map((language) => run[language]().status);
process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;
