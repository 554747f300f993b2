// A way to start interpreters → `Python` that survives terminate(): what was pending is cancelled, the next call goes to the warm spare.
import { Cancelled } from './cancelled';
import type { Python, PythonInterpreter, Verb, Verbs } from './python';

export class PythonPool implements Python {
  #make: () => PythonInterpreter;
  #keepSpare: boolean;
  #live: PythonInterpreter;
  #spare: PythonInterpreter | undefined;
  #closed = false;
  /** Interpreters of builds that are under way. */
  #spawned = new Set<PythonInterpreter>();
  /** Calls that the spare is answering. */
  #assisting = 0;

  constructor(make: () => PythonInterpreter, { spare }: { spare: boolean }) {
    this.#make = make;
    this.#keepSpare = spare;
    this.#live = this.#adopt(make());
  }

  ready(): ReturnType<Python['ready']> {
    return this.#live.ready();
  }

  put(folder: string, files: { path: string; bytes: Uint8Array }[]): Promise<void> {
    return this.#guard(this.#live, (python) => python.put(folder, files));
  }

  call<V extends Verb>(verb: V, request: Verbs[V]['request'], blobs?: (Uint8Array | Blob)[]): Promise<{ answer: Verbs[V]['answer']; blobs: Uint8Array[] }> {
    return this.#guard(this.#live, (python) => python.call(verb, request, blobs));
  }

  async assist<V extends Verb>(verb: V, request: Verbs[V]['request'], blobs?: (Uint8Array | Blob)[]): Promise<{ answer: Verbs[V]['answer']; blobs: Uint8Array[] }> {
    if (this.#closed) throw new Cancelled();
    const spare = (this.#spare ??= this.#make());
    this.#assisting++;
    try {
      return await spare.call(verb, request, blobs);
    } catch (error) {
      if (isLost(error) && this.#spare === spare) this.#endSpare();
      throw error;
    } finally {
      this.#assisting--;
    }
  }

  spawn(): PythonInterpreter {
    if (this.#closed) throw new Cancelled();
    const made = this.#takeIdleSpare() ?? this.#make();
    this.#spawned.add(made);
    return {
      ready: () => made.ready(),
      put: (folder, files) => made.put(folder, files),
      call: (verb, request, blobs) => made.call(verb, request, blobs),
      terminate: () => {
        this.#spawned.delete(made);
        made.terminate();
        this.#fillSpare();
      },
    };
  }

  /** Ends builds, and the live interpreter with all that it holds (folders, sessions); another takes its place. */
  terminate(): void {
    this.#live.terminate();
    this.#endSpawned();
    if (this.#assisting > 0) this.#endSpare();
    if (this.#closed) return;
    const next = this.#spare ?? this.#make();
    this.#spare = undefined;
    this.#live = this.#adopt(next);
  }

  /** Ends everything, for good. */
  close(): void {
    this.#closed = true;
    this.#live.terminate();
    this.#spare?.terminate();
    this.#endSpawned();
  }

  /** The spare has run nothing but our own code, so a build may have it. */
  #takeIdleSpare(): PythonInterpreter | undefined {
    const idle = this.#assisting === 0 ? this.#spare : undefined;
    if (idle) this.#spare = undefined;
    return idle;
  }

  #fillSpare(): void {
    if (this.#keepSpare && !this.#closed) this.#spare ??= this.#make();
  }

  #endSpawned(): void {
    this.#spawned.forEach((python) => python.terminate());
    this.#spawned.clear();
  }

  // The spare starts when the live one is up, so as not to slow it.
  #adopt(python: PythonInterpreter): PythonInterpreter {
    const startSpare = () => {
      if (this.#live === python) this.#fillSpare();
    };
    python.ready().then(startSpare, () => {});
    return python;
  }

  #endSpare(): void {
    this.#spare?.terminate();
    this.#spare = undefined;
  }

  async #guard<T>(python: PythonInterpreter, work: (python: PythonInterpreter) => Promise<T>): Promise<T> {
    try {
      return await work(python);
    } catch (error) {
      if (isLost(error) && this.#live === python) this.terminate();
      throw error;
    }
  }
}

/** Only a PythonError leaves the interpreter whole; after anything else (out of memory, a trap) it is replaced. */
const isLost = (error: unknown): boolean => !(error instanceof Error && ['PythonError', 'Cancelled', 'TypeError'].includes(error.name));
