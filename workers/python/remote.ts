// A way to boot → the thread's end of PythonRemote. Calls wait for the interpreter; Python being synchronous, they run in order.
import * as Comlink from 'comlink';
import type { PythonRemote } from '../../src/protocol/python-remote';
import { closeGlobals } from './close-way-out';
import { bootInterpreter, type Interpreter } from './interpreter';
import type { Place } from './place';

export function exposePython(endpoint: Comlink.Endpoint, findPlace: (base: string) => Place): void {
  let interpreter: Promise<Interpreter>;
  const remote: PythonRemote = {
    async start(base) {
      interpreter = bootInterpreter(findPlace(base)).finally(() => closeGlobals(globalThis));
      return (await interpreter).started;
    },
    async put(folder, files) {
      (await interpreter).put(folder, files);
    },
    async call(verb, request, blobs) {
      const read = await Promise.all(blobs.map(async (blob) => (blob instanceof Blob ? new Uint8Array(await blob.arrayBuffer()) : blob)));
      const reply = (await interpreter).call(verb, request, read);
      return Comlink.transfer(reply, reply.blobs.map(({ buffer }) => buffer as ArrayBuffer));
    },
  };
  Comlink.expose(remote, endpoint);
}
