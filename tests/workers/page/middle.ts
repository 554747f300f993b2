// Stands where the engine's worker will be.
import * as Comlink from 'comlink';
import type { PythonPool } from '../../../src/protocol/python-pool';
import { makeBrowserPython } from '../../../src/protocol/python-browser';
import { buildHostile } from '../build-hostile';
import { evaluate, probe } from '../probe';

let python: PythonPool;

const middle = {
  start(base: string) {
    python = makeBrowserPython(base, { spare: false });
    return python.ready();
  },
  evaluate: (code: string) => evaluate(python, code),
  async reverse(bytes: number[]) {
    const { blobs } = await probe(python, 'out = [blobs[0][::-1]]', [new Uint8Array(bytes)]);
    return [...blobs[0]!];
  },
  fail: (code: string) => evaluate(python, code).then(() => 'nothing', (error: Error) => `${error.name}: ${error.message}`),
  build: (does: string, values: Record<string, number | string>) => buildHostile(python, does, values).then((built) => (built.ok ? 'built' : built.failure.message), (error: Error) => error.name),
  terminate: () => python.terminate(),
  close: () => python.close(),
};
export type Middle = typeof middle;
Comlink.expose(middle);
