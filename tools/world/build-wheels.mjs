// Source distributions → the wheels that our engine builds of them, in one session, as a build does it: openProject and makeApp of the pipeline.
import { openAsBlob } from 'node:fs';
import { basename, join } from 'node:path';
import { at } from '../setup/paths.mjs';
import { readFolder } from '../read-folder.mjs';

const place = () => ({ publicFolder: at('public'), workerFile: at('dist/node/python-worker.mjs') });

/** `load`: reads a module of src. */
export async function openWheelBuilder(load, store) {
  const [{ openProject }, { makeApp }, { resolve }, { makeMemory }, { makeNodeSupply }, { makeNodePython }] = await Promise.all(
    ['/src/pipeline.ts', '/src/build/make-app.ts', '/src/resolution/resolve.ts', '/src/model/memory.ts', '/src/supply/node-supply.ts', '/src/protocol/python-node.ts'].map(load));
  const supply = await makeNodeSupply({ store, assets: at('public') });
  if (!supply.ok) throw new Error(supply.failure.message);
  const index = await supply.value.openIndex({});
  if (!index.ok) throw new Error(index.failure.message);
  const python = makeNodePython(place());
  const context = { python, supply: { ...supply.value, index: index.value }, memory: makeMemory() };
  const reporter = { report: () => undefined, signal: new AbortController().signal };
  const tools = { ...context, resolve: (question) => resolve(question, context, reporter) };

  /** Outcome<AppWheel>. */
  async function build(path, answers = {}) {
    const opened = await openProject(await readSource(path), answers, context, reporter);
    if (!opened.ok) return opened;
    const app = await makeApp(opened.value, answers, tools, reporter);
    return app.ok ? { ok: true, value: app.value.wheel } : app;
  }
  return { build, close: () => python.close() };
}

async function readSource(path) {
  if (/\.(zip|tar\.gz)$/.test(path)) return { kind: 'file', name: basename(path), blob: await openAsBlob(path) };
  return { kind: 'folder', name: basename(path), files: await readFolder(path, '') };
}

