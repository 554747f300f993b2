// An unpacked CPython build (put there by the set-up) turns into a runtime layer, less what the tests do not need.
// Byte code is compiled ahead, so that a warm start has nothing to write. The result is kept in .build/launcher-tests.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeLayer, sha256, type FixtureLayer } from './launcher-assemble';
import type { TarFile } from './launcher-tar';

const build = fileURLToPath(new URL('../../.build/', import.meta.url));
export const cpython = (target: string): string => join(build, 'cpython', `3.14.6-${target}`);
export const hostPython = join(cpython('linux-x86_64'), 'bin/python3.14');
export const setupHint = 'no CPython build there: run `npm run setup` first';

const skipped = /(^|\/)(test|tests|idlelib|ensurepip|turtledemo|tkinter|pydoc_data|site-packages|include|pkgconfig|share|tcl|itcl.*|tcl\d.*|tk\d.*|thread\d.*|config-3.*|__pycache__)(\/|$)|libpython|libtcl|tcl\d+.*\.dll|_test|\.pdb$|(^|\/)bin\/(?!python3\.14$)/;

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
}

function copyWanted(target: string, to: string): void {
  const from = cpython(target);
  cpSync(from, to, { recursive: true, dereference: true, filter: (path) => !skipped.test(relative(from, path).replaceAll('\\', '/')) });
  execFileSync(hostPython, ['-I', '-m', 'compileall', '-qq', '--invalidation-mode=unchecked-hash', '-s', to, to]);
}

function readFiles(folder: string): TarFile[] {
  return listFiles(folder).map((path) => {
    const executable = /^bin\//.test(path) || /\.so(\.|$)/.test(path);
    return { path, bytes: readFileSync(join(folder, path)), executable };
  });
}

function makeRuntime(target: string): FixtureLayer {
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-runtime-'));
  try {
    copyWanted(target, folder);
    return makeLayer('runtime', 0, readFiles(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function runtimeLayer(target: string): FixtureLayer {
  if (!existsSync(cpython(target))) throw new Error(`${basename(cpython(target))}: ${setupHint}`);
  const kept = join(build, 'launcher-tests', `${target}-${sha256(skipped.source).toString('hex').slice(0, 8)}`);
  if (!existsSync(`${kept}.json`)) {
    const { bytes, ...rest } = makeRuntime(target);
    mkdirSync(join(build, 'launcher-tests'), { recursive: true });
    writeFileSync(kept, bytes);
    writeFileSync(`${kept}.new`, JSON.stringify(rest));
    renameSync(`${kept}.new`, `${kept}.json`);
  }
  return { ...(JSON.parse(readFileSync(`${kept}.json`, 'utf8')) as Omit<FixtureLayer, 'bytes'>), bytes: readFileSync(kept) };
}
