// The page's end of the engine worker.
import * as Comlink from 'comlink';
import type { Progress } from '../model/progress';
import type { Engine } from './engine';

/** `base`: URL of the folder that holds `pyodide/`, `runtimes/` and the other served files, with a closing slash. */
export function startEngine(base: string): Engine {
  const worker = new Worker(new URL('../../workers/engine/worker.ts', import.meta.url), { type: 'module', name: new URL(base).pathname });
  const remote = Comlink.wrap<Engine>(worker);
  const listen = (report: (progress: Progress) => void) => Comlink.proxy(report);
  return {
    ready: () => remote.ready(),
    choices: () => remote.choices(),
    open: (source, answers, report) => remote.open(source, answers, listen(report)),
    build: (request, report) => remote.build(request, listen(report)),
    archive: (artifact) => remote.archive(artifact),
    cancel: () => remote.cancel(),
    close: (id) => remote.close(id),
  };
}
