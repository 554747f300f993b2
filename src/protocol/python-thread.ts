// A thread that serves PythonRemote → `Python`: one call at a time, in order; ending the thread rejects what is pending.
import * as Comlink from 'comlink';
import { findGivenLimits } from '../model/limits';
import { Cancelled } from './cancelled';
import type { PythonInterpreter, Verb, Verbs } from './python';
import type { PythonRemote, Started } from './python-remote';

/** What differs between a browser's Worker and Node's. */
export interface Thread {
  endpoint: Comlink.Endpoint;
  end(): void;
  /** Tells that the thread died or could not start. */
  onDeath(tell: (error: Error) => void): void;
  /** Whether a Blob can be sent to it as it is. */
  takesBlobs: boolean;
  /** Whether the process has to stay for this thread's sake. */
  hold(busy: boolean): void;
}

export class PythonThread implements PythonInterpreter {
  #thread: Thread;
  #remote: Comlink.Remote<PythonRemote>;
  #ready: Promise<Started>;
  #tail: Promise<unknown> = Promise.resolve();
  #pending = new Set<(error: Error) => void>();
  #death: Error | undefined;

  constructor(thread: Thread, base: string) {
    this.#thread = thread;
    this.#remote = Comlink.wrap<PythonRemote>(thread.endpoint);
    thread.onDeath((error) => this.#end(error));
    this.#ready = this.#queue(() => this.#remote.start(base));
    // Whoever asks for ready() or calls a verb learns of it; nobody may.
    this.#ready.catch(() => {});
  }

  ready(): Promise<Started> {
    return this.#ready;
  }

  put(folder: string, files: { path: string; bytes: Uint8Array }[]): Promise<void> {
    return this.#queue(() => {
      const copies = files.map(({ path, bytes }) => ({ path, bytes: copy(bytes) }));
      return this.#remote.put(folder, Comlink.transfer(copies, copies.map(({ bytes }) => bytes.buffer)));
    });
  }

  async call<V extends Verb>(verb: V, request: Verbs[V]['request'], blobs: (Uint8Array | Blob)[] = []): Promise<{ answer: Verbs[V]['answer']; blobs: Uint8Array[] }> {
    const reply = await this.#queue(async () => {
      const copies = await Promise.all(blobs.map((blob) => this.#give(blob)));
      const words = JSON.stringify({ ...request, limits: findGivenLimits() });
      return this.#remote.call(verb, words, Comlink.transfer(copies, copies.flatMap((blob) => (blob instanceof Blob ? [] : [blob.buffer]))));
    });
    return { answer: JSON.parse(reply.answer), blobs: reply.blobs };
  }

  async #give(blob: Uint8Array | Blob): Promise<Uint8Array | Blob> {
    if (!(blob instanceof Blob)) return copy(blob);
    return this.#thread.takesBlobs ? blob : new Uint8Array(await blob.arrayBuffer());
  }

  terminate(): void {
    this.#end(new Cancelled());
  }

  // Buffers are copied when a call's turn comes, not when it is queued: ten waiting wheels are not held twice.
  #queue<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#death) return reject(this.#death);
      this.#pending.add(reject);
      this.#thread.hold(true);
      const run = async () => {
        if (!this.#death) await Promise.resolve().then(work).then(resolve, reject);
        this.#settle(reject);
      };
      this.#tail = this.#tail.then(run);
    });
  }

  #settle(reject: (error: Error) => void): void {
    this.#pending.delete(reject);
    if (this.#pending.size === 0) this.#thread.hold(false);
  }

  #end(error: Error): void {
    if (this.#death) return;
    this.#death = error;
    this.#thread.end();
    this.#pending.forEach((reject) => reject(error));
    this.#pending.clear();
  }
}

// A view of a larger buffer would take the whole buffer along.
function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
