// The whole Linux launcher, as it is but for its compiler and C library, under the address and undefined-behaviour sanitizers.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare, decoder, definitions, targets } from './compile.mjs';
import { root } from './pins.mjs';
import { writeNotices } from './write-notices.mjs';

/** Path of the launcher, in `folder`. What is found ends it with a signal, which no exit code of its own looks like. `alter` may change the copied sources first. */
export function compileSanitized(folder = join(root, '.build/launcher-sanitized'), alter = () => undefined) {
  prepare(folder);
  alter();
  writeNotices(join(folder, 'src/notices.c'), 'x86_64-linux-musl');
  const files = ['src/notices.c', ...targets['linux-x86_64'].sources.map((name) => `src/${name}.c`), ...decoder.map((name) => `zstd/${name}.c`)];
  const options = ['-std=gnu11', '-D_DEFAULT_SOURCE', '-DARENA=1', '-g', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-Izstd', ...definitions];
  execFileSync(process.env.CC ?? 'cc', [...options, ...files, '-o', 'launcher'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  return join(folder, 'launcher');
}

export const sanitizerOptions = { ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1', UBSAN_OPTIONS: 'abort_on_error=1:print_stacktrace=1' };
