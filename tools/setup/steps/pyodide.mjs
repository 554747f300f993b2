// Pyodide's own files, copied out of its npm package to where they are served.
import { copyFileSync } from 'node:fs';
import { makeStampedStep } from '../make-stamped-step.mjs';
import { at } from '../paths.mjs';
import { writeFolderWhole } from '../write-whole.mjs';

const files = ['pyodide.mjs', 'pyodide.asm.mjs', 'pyodide.asm.wasm', 'python_stdlib.zip', 'pyodide-lock.json'];

export default makeStampedStep({
  id: 'pyodide',
  name: 'Pyodide: copying it to public/pyodide',
  inputs: () => [{ path: at('node_modules/pyodide/package.json') }, ...files],
  outputs: files.map((file) => at('public/pyodide', file)),
  run: () => writeFolderWhole(at('public/pyodide'), (folder) => {
    for (const file of files) copyFileSync(at('node_modules/pyodide', file), `${folder}/${file}`);
  }),
});
