// Reads that go forward through a file in small steps, served from few large ones.
import type { ByteSource } from '../bytes/byte-source';

export interface Window {
  /** Undefined where the bytes are not at hand. Not a promise: one for each of 50,000 steps takes longer than all the rest. */
  find(offset: number, length: number): Uint8Array | undefined;
  load(offset: number, length: number): Promise<Uint8Array>;
}

const small = 16 * 1024;
const large = 4 * 1024 * 1024;

/** `extent` bytes hold `steps` members: where they lie close together, reading through them costs less than many reads. */
export function makeWindow(source: ByteSource, extent: number, steps: number): Window {
  const ahead = extent / Math.max(1, steps) < 128 * 1024 ? large : small;
  let start = 0;
  let bytes = new Uint8Array();
  const find = (offset: number, length: number): Uint8Array | undefined =>
    offset >= start && offset + length <= start + bytes.length ? bytes.subarray(offset - start, offset - start + length) : undefined;
  return {
    find,
    async load(offset, length) {
      const size = Math.max(length, Math.min(ahead, source.size - offset));
      bytes = (await source.read(offset, size)) as Uint8Array<ArrayBuffer>;
      start = offset;
      return bytes.subarray(0, length);
    },
  };
}
