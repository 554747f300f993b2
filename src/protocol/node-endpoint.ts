// Node's Worker or parentPort, which emit bare values → the event target that Comlink listens to.
import type { Endpoint } from 'comlink';
import type { Transferable as NodeTransferable } from 'node:worker_threads';

export interface NodePort {
  postMessage(message: unknown, transfer?: readonly NodeTransferable[]): void;
  on(event: 'message', listener: (data: unknown) => void): unknown;
  off(event: 'message', listener: (data: unknown) => void): unknown;
}

export function makeNodeEndpoint(port: NodePort): Endpoint {
  const listeners = new Map<unknown, (data: unknown) => void>();
  return {
    postMessage: (message, transfer = []) => port.postMessage(message, transfer as unknown as NodeTransferable[]),
    addEventListener: (_type, listener) => {
      const forward = (data: unknown) => {
        const event = { data } as MessageEvent;
        if ('handleEvent' in listener) listener.handleEvent(event);
        else listener(event);
      };
      listeners.set(listener, forward);
      port.on('message', forward);
    },
    removeEventListener: (_type, listener) => {
      const forward = listeners.get(listener);
      if (forward) port.off('message', forward);
      listeners.delete(listener);
    },
  };
}
