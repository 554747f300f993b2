// Pyodide, started once with the wheels and Terrarium's package imported, becomes a memory snapshot: public/python/snapshot.bin.
import { existsSync } from 'node:fs';
import { makeStampedStep } from '../make-stamped-step.mjs';
import { at } from '../paths.mjs';
import { runCommand } from '../run-command.mjs';

const tool = at('tools/pyodide/snapshot.mjs');

const step = makeStampedStep({
  id: 'pyodide-snapshot',
  name: 'Pyodide snapshot: starting Pyodide once to public/python/snapshot.bin',
  inputs: () => [
    { path: at('node_modules/pyodide/package.json') }, { path: at('public/python/wheels.json') }, { path: at('workers/python') }, { path: at('tools/pyodide') },
  ],
  outputs: [at('public/python/snapshot.bin')],
  run: () => runCommand('making the Pyodide snapshot', process.execPath, [tool]),
});

export default { ...step, isCurrent: () => !existsSync(tool) || step.isCurrent() };
