// The store where nothing lasts: bytes by name in memory, for tests and as the fallback of the other stores.
import type { Store } from '../protocol/supply';
import { assertStoreName } from './store-name';

export function makeMemoryStore(): Store {
  const kept = new Map<string, Blob>();
  return {
    async get(name) {
      assertStoreName(name);
      return kept.get(name);
    },
    async put(name, bytes) {
      assertStoreName(name);
      const blob = bytes instanceof Blob ? bytes : new Blob([bytes as Uint8Array<ArrayBuffer>]);
      kept.set(name, blob);
      return blob;
    },
    async delete(name) {
      kept.delete(name);
    },
  };
}
