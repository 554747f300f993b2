// A folder with `pyodide/` and `python/` → Python in the calling thread: for tests, which run the sources as they are. It cannot be
// interrupted, and the caller's own globals stay open.
import { Cancelled } from '../../src/protocol/cancelled';
import type { PythonInterpreter } from '../../src/protocol/python';
import { bootInterpreter } from './interpreter';
import { findNodePlace } from './node-place';

export function makePythonInProcess(publicFolder: string): PythonInterpreter {
  const interpreter = bootInterpreter(findNodePlace(publicFolder));
  interpreter.catch(() => {});
  let ended = false;
  const running = async () => {
    const found = await interpreter;
    if (ended) throw new Cancelled();
    return found;
  };
  return {
    ready: async () => (await running()).started,
    async put(folder, files) {
      (await running()).put(folder, files.map(({ path, bytes }) => ({ path, bytes: new Uint8Array(bytes) })));
    },
    async call(verb, request, blobs = []) {
      const reply = (await running()).call(verb, JSON.stringify(request), await Promise.all(blobs.map(async (blob) => (blob instanceof Blob ? new Uint8Array(await blob.arrayBuffer()) : blob))));
      return { answer: JSON.parse(reply.answer), blobs: reply.blobs };
    },
    terminate: () => {
      ended = true;
    },
  };
}
