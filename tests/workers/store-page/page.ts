// The browser's store, driven by the test from outside: sizes and texts cross, Blobs stay here.
import type { Store } from '../../../src/protocol/supply';
import { makeOpfsStore } from '../../../src/supply/store-opfs';

const notes: string[] = [];
let store: Store;
const held = new Map<string, Blob>();

Object.assign(globalThis, {
  page: {
    async open(settings: { budget?: number; safeAge?: number }) {
      store = await makeOpfsStore({ ...settings, note: (line) => notes.push(line) });
    },
    notes: () => notes,
    /** Many bytes of one value. */
    async put(name: string, size: number, value = 1) {
      held.set(name, await store.put(name, new Uint8Array(size).fill(value)));
    },
    /** Size and distinct bytes; undefined when absent. */
    async get(name: string) {
      const blob = await store.get(name);
      return blob && describe(blob);
    },
    held: (name: string) => describe(held.get(name)!),
    async list(kind: string) {
      const names: string[] = [];
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('store').then((root) => root.getDirectoryHandle(kind));
      for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
      return names.sort();
    },
  },
});

async function describe(blob: Blob): Promise<{ size: number; values: number[] }> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return { size: bytes.length, values: [...new Set(bytes)] };
}
