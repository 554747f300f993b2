// `npm run launcher:fuzz [seconds per target] [seed]`: the launcher's readers against mutated inputs, under the address and undefined-behaviour sanitizers.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decoder, definitions } from './compile.mjs';
import { fetchZstd, root } from './pins.mjs';

export const fuzzTargets = ['locator', 'tar', 'layer', 'marker'];
/** Any compiler with both sanitizers that can tell of branches: the pinned one brings no runtime for them. */
const compiler = process.env.CC ?? 'cc';
const watched = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-g', '-O1'];
const renamed = ['-Dmalloc=fuzz_malloc', '-Dcalloc=fuzz_calloc', '-Dfree=fuzz_free'];

function compileTo(folder, sources, options) {
  const zstd = fetchZstd();
  execFileSync(compiler, ['-c', '-std=gnu11', '-Wall', '-Wextra', ...watched, ...definitions, `-I${zstd}`, ...options, ...sources.map((source) => source.replace('zstd:', `${zstd}/`))], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Path of the driver, compiled. */
export function compileFuzzer() {
  const folder = join(root, '.build/launcher-fuzz');
  mkdirSync(folder, { recursive: true });
  const ours = ['tar', 'unpack', 'text', 'place', 'marker'].map((name) => join(root, `launcher/src/${name}.c`));
  compileTo(folder, [...ours, join(root, 'launcher/fuzz/targets.c')], [...renamed, '-DARENA=1', '-fsanitize-coverage=trace-pc', '-Wno-unused-function', '-Wno-attributes', '-Wno-format-truncation']);
  compileTo(folder, [join(root, 'launcher/fuzz/fuzz.c')], []);
  compileTo(folder, decoder.map((name) => `zstd:${name}.c`), [...renamed, '-w']);
  const objects = ['tar', 'unpack', 'text', 'place', 'marker', 'targets', 'fuzz', ...decoder].map((name) => `${name}.o`);
  execFileSync(compiler, [...watched, ...objects, '-o', 'fuzz'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  return join(folder, 'fuzz');
}

/** The line that the driver prints; throws when anything was found. */
export function runFuzzer(driver, target, seconds, seed) {
  return execFileSync(driver, [target, String(seconds), String(seed)], { encoding: 'utf8', env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0:hard_rss_limit_mb=1000:quarantine_size_mb=64' } });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [seconds = 60, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
  console.log(`seed ${seed}, ${seconds} s each`);
  const driver = compileFuzzer();
  for (const target of fuzzTargets) process.stdout.write(runFuzzer(driver, target, seconds, seed));
}
