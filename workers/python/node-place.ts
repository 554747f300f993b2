// A folder with `pyodide/` and `python/` → the place that an interpreter starts from, in Node.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Place } from './place';

export function findNodePlace(publicFolder: string): Place {
  const pyodide = join(publicFolder, 'pyodide', '/');
  return {
    pyodideModule: pathToFileURL(join(pyodide, 'pyodide.mjs')).href,
    pyodideFolder: pyodide,
    read: (file) => readIfPresent(join(publicFolder, 'python', file)),
  };
}

async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    const buffer = await readFile(path);
    // A Buffer is refused by Pyodide.
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
