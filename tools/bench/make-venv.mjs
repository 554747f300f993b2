// A plain venv of the CPython that our executables carry, with compiled byte code: what starts are measured against.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../setup/paths.mjs';
import { runCommand } from '../setup/run-command.mjs';

/** A copy, compiled like an installed one: the build as published has no byte code. Gives its interpreter. */
export async function copyPython(folder) {
  cpSync(at('.build/cpython/3.14.6-linux-x86_64'), folder, { recursive: true, verbatimSymlinks: true });
  const python = join(folder, 'bin/python3.14');
  // Some files of its test suite do not compile, on purpose.
  await runCommand('compiling the standard library', python, ['-m', 'compileall', '-q', '-x', 'test', join(folder, 'lib/python3.14')]);
  return python;
}

/** `wheels`: paths of pure wheels, or of ones for this machine. Gives the folder. */
export async function makeVenv(python, folder, wheels) {
  const site = join(folder, 'lib/python3.14/site-packages');
  await runCommand('making a venv', python, ['-m', 'venv', '--without-pip', folder]);
  for (const wheel of wheels) await runCommand('unpacking a wheel', python, ['-m', 'zipfile', '-e', wheel, site]);
  await runCommand('compiling a venv', python, ['-m', 'compileall', '-q', site]);
  return folder;
}
