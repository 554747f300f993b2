// A folder of files with few abilities → Store: equal bytes are left alone, the budget is held, and what cannot be written is kept in memory.
import type { Store } from '../protocol/supply';
import { makeMemoryStore } from './store-memory';
import { assertStoreName } from './store-name';

export interface StoredFile { name: string; size: number; /** Milliseconds since 1970. */ used: number }

/** What a place for files must be able to do; names are store names. */
export interface Files {
  find(name: string): Promise<Blob | undefined>;
  /** Atomic, replacing. */
  write(name: string, bytes: Blob | Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  list(): Promise<StoredFile[]>;
}

export interface StoreSettings {
  /** Bytes; when more is stored, what was used longest ago goes first. */
  budget?: number;
  /** Milliseconds; what was used since is left alone: another process or tab may have a Blob of it. */
  safeAge?: number;
  /** Told once why bytes are kept in memory only. */
  note?: (line: string) => void;
}

const standardBudget = 2 * 2 ** 30;
const standardSafeAge = 60 * 60 * 1000;

export function makeFileStore(files: Files, { budget = standardBudget, safeAge = standardSafeAge, note }: StoreSettings = {}): Store {
  const memory = makeMemoryStore();
  const inUse = new Set<string>();
  let putSincePrune = Number.POSITIVE_INFINITY;
  let told = false;

  async function keepWithin(room: number): Promise<void> {
    putSincePrune = 0;
    for (const name of chooseEvicted(await files.list(), room, inUse, safeAge)) await files.remove(name);
  }
  async function write(name: string, bytes: Blob | Uint8Array): Promise<Blob | undefined> {
    const size = bytes instanceof Blob ? bytes.size : bytes.length;
    putSincePrune += size;
    if (putSincePrune > budget / 16) await keepWithin(budget - size);
    try {
      await files.write(name, bytes);
    } catch (error) {
      if (isFull(error)) await keepWithin(budget / 2);
      await files.write(name, bytes);
    }
    return files.find(name);
  }
  async function remember(name: string, bytes: Blob | Uint8Array, error: unknown): Promise<Blob> {
    if (!told) note?.(`The local store cannot be written (${String((error as Error)?.message ?? error)}): what is fetched is kept in memory, and fetched again next time.`);
    told = true;
    return memory.put(name, bytes);
  }

  return {
    async get(name) {
      assertStoreName(name);
      const found = await memory.get(name) ?? await files.find(name).catch(() => undefined);
      if (found) inUse.add(name);
      return found;
    },
    async put(name, bytes) {
      assertStoreName(name);
      inUse.add(name);
      try {
        const before = await files.find(name).catch(() => undefined);
        if (before && await isEqual(before, bytes)) return before;
        return await write(name, bytes) ?? await memory.put(name, bytes);
      } catch (error) {
        return remember(name, bytes, error);
      }
    },
    async delete(name) {
      assertStoreName(name);
      await memory.delete(name);
      await files.remove(name).catch(() => undefined);
    },
  };
}

function isFull(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: unknown };
  return name === 'QuotaExceededError' || code === 'ENOSPC' || code === 'EDQUOT';
}

/** A Blob of a replaced file cannot be read any more, so equal bytes are not written again. */
async function isEqual(before: Blob, bytes: Blob | Uint8Array): Promise<boolean> {
  const size = bytes instanceof Blob ? bytes.size : bytes.length;
  if (before.size !== size) return false;
  const [a, b] = await Promise.all([before.arrayBuffer(), bytes instanceof Blob ? bytes.arrayBuffer() : bytes]);
  const left = new Uint8Array(a);
  const right = b instanceof Uint8Array ? b : new Uint8Array(b);
  return left.every((byte, at) => byte === right[at]);
}

function chooseEvicted(stored: StoredFile[], room: number, inUse: ReadonlySet<string>, safeAge: number, now = Date.now()): string[] {
  let over = stored.reduce((sum, { size }) => sum + size, 0) - room;
  const evicted: string[] = [];
  for (const { name, size, used } of stored.toSorted((a, b) => a.used - b.used)) {
    if (over <= 0) break;
    if (inUse.has(name) || now - used < safeAge) continue;
    evicted.push(name);
    over -= size;
  }
  return evicted;
}
