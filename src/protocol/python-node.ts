// A folder with Pyodide and our package → Python in a Node worker thread, which can be ended and leaves Ctrl-C to the main one.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { makeNodeEndpoint } from './node-endpoint';
import type { PythonInterpreter } from './python';
import { PythonPool } from './python-pool';
import { PythonThread, type Thread } from './python-thread';

export interface NodePlace {
  /** Folder that has `pyodide/` and `python/`: the repository's `public`. */
  publicFolder: string;
  /** The built workers/python/node-worker.ts. */
  workerFile: string | URL;
}

// As built: dist/node/*.mjs, two folders below the repository.
const builtPlace = (): NodePlace => ({
  publicFolder: fileURLToPath(new URL('../../public/', import.meta.url)),
  workerFile: new URL('./python-worker.mjs', import.meta.url),
});

export function makeNodePython(place = builtPlace(), options = { spare: false }): PythonPool {
  return new PythonPool(() => makePythonWorkerThread(place), options);
}

function makePythonWorkerThread({ publicFolder, workerFile }: NodePlace): PythonInterpreter {
  // Build backends run in it: they get neither the environment's secrets nor the process's arguments and flags.
  const worker = new Worker(workerFile, { env: {}, argv: [], execArgv: [], name: 'python' });
  return new PythonThread(makeThread(worker), publicFolder);
}

function makeThread(worker: Worker): Thread {
  return {
    endpoint: makeNodeEndpoint(worker),
    end: () => void worker.terminate(),
    onDeath: (tell) => {
      worker.on('error', (error) => tell(error as Error));
      worker.on('exit', (code) => tell(new Error(`The Python worker stopped with exit code ${code}.`)));
    },
    // Node does not clone Blobs of files.
    takesBlobs: false,
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
  };
}
