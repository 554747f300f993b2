// The engine's thread in the browser: builds the engine over a Python worker of its own and answers the page (Comlink).
import * as Comlink from 'comlink';
import { makeEngine } from '../../src/make-engine';
import { makeBrowserPython } from '../../src/protocol/python-browser';
import type { Engine } from '../../src/protocol/engine';
import { makeBrowserSupply } from '../../src/supply/browser-supply';

const base = new URL('./', self.location.origin + self.name).href;

const made: Promise<Engine> = (async () => makeEngine(makeBrowserPython(base), await makeBrowserSupply(base)))();

/** Progress arrives as a Comlink proxy; a failing page end must not stop the build. */
const engine: Engine = {
  ready: async () => (await made).ready(),
  choices: async () => (await made).choices(),
  open: async (source, answers, report) => (await made).open(source, answers, report),
  build: async (request, report) => (await made).build(request, report),
  archive: async (artifact) => (await made).archive(artifact),
  network: async () => (await made).network(),
  cancel: async () => (await made).cancel(),
  close: async (id) => (await made).close(id),
};
Comlink.expose(engine);
