// The address of the app's own files → Python in a browser Worker. Also from inside a worker: it then is a nested one.
import type { PythonInterpreter } from './python';
import { PythonPool } from './python-pool';
import { PythonThread, type Thread } from './python-thread';

/** `base`: absolute URL of the folder that has `pyodide/` and `python/`; ends in `/`. */
export function makeBrowserPython(base: string, options = { spare: true }): PythonPool {
  return new PythonPool(() => makePythonWorker(base), options);
}

function makePythonWorker(base: string): PythonInterpreter {
  const worker = new Worker(new URL('../../workers/python/worker.ts', import.meta.url), { type: 'module', name: 'python' });
  return new PythonThread(makeThread(worker), base);
}

function makeThread(worker: Worker): Thread {
  return {
    endpoint: worker,
    end: () => worker.terminate(),
    onDeath: (tell) => worker.addEventListener('error', (event) => tell(new Error(`The Python worker stopped: ${event.message ?? 'its script did not load'}`))),
    takesBlobs: true,
    hold: () => {},
  };
}
