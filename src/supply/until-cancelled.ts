// Work that cannot be interrupted (a hash, a write, a request of somebody else) → its outcome, or `cancelled` at once; it then ends unseen.
import { fail, type Outcome } from '../model/failure';

export function untilCancelled<T>(work: Promise<Outcome<T>>, signal: AbortSignal, message: string): Promise<Outcome<T>> {
  let listen = (): void => {};
  const cancelled = new Promise<Outcome<T>>((resolve) => {
    listen = () => resolve(fail('cancelled', message));
    signal.addEventListener('abort', listen);
    if (signal.aborted) listen();
  });
  work.catch(() => undefined);
  return Promise.race([work, cancelled]).finally(() => signal.removeEventListener('abort', listen));
}
