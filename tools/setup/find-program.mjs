// A program's name becomes its path, looked for along PATH without starting anything.
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];

/** Of the first of the names that is found. */
export function findProgram(...names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
      const found = suffixes.map((suffix) => path.join(folder, name + suffix)).find(isProgram);
      if (found) return found;
    }
  }
  return undefined;
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The machine's own Python, which only downloads and unpacks; PYTHON names another. */
export const findPython = () => (process.env.PYTHON ? findProgram(process.env.PYTHON) ?? process.env.PYTHON : findProgram('python3', 'python'));
