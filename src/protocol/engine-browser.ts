// The page's end of the engine worker.
import * as Comlink from 'comlink';
import type { Progress } from '../model/progress';
import type { Engine } from './engine';

/** `base`: URL of the folder that holds `pyodide/`, `runtimes/` and the other served files, with a closing slash. */
export function startEngine(base: string): Engine {
  const worker = new Worker(new URL('../../workers/engine/worker.ts', import.meta.url), { type: 'module', name: new URL(base).pathname });
  const remote = Comlink.wrap<Engine>(worker);
  const listen = (report: (progress: Progress) => void) => Comlink.proxy(report);
  // A worker whose script is gone (a new version was deployed) answers nothing: every call would wait for ever.
  const death = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => reject(new Error(`The engine stopped: ${event.message ?? 'its script did not load'}. Reload the page.`)));
  });
  death.catch(() => undefined);
  const alive = <A>(answer: A): Promise<Awaited<A>> => Promise.race([answer, death]);
  return {
    ready: () => alive(remote.ready()),
    choices: () => alive(remote.choices()),
    open: (source, answers, report) => alive(remote.open(source, answers, listen(report))),
    build: (request, report) => alive(remote.build(request, listen(report))),
    archive: (artifact) => alive(remote.archive(artifact)),
    network: () => alive(remote.network()),
    cancel: () => alive(remote.cancel()),
    close: (id) => alive(remote.close(id)),
  };
}
