// Requests for the same thing at the same time → one request.
import type { Outcome } from '../model/failure';

export interface Sharing<T> {
  /** `start` runs under the signal of whoever came first; when that one cancels, the others start again under their own. */
  share(key: string, signal: AbortSignal, start: () => Promise<Outcome<T>>): Promise<Outcome<T>>;
}

export function makeSharing<T>(): Sharing<T> {
  const running = new Map<string, Promise<Outcome<T>>>();
  function begin(key: string, start: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const promise = start().finally(() => running.delete(key));
    running.set(key, promise);
    return promise;
  }
  return {
    async share(key, signal, start) {
      for (;;) {
        const other = running.get(key);
        if (!other) return begin(key, start);
        const outcome = await other;
        if (outcome.ok || outcome.failure.code !== 'cancelled' || signal.aborted) return outcome;
      }
    },
  };
}
