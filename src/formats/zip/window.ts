// Reads that go forward through a file in small steps, served from few large ones.
import type { ByteSource } from '../bytes/byte-source';

export type Window = Pick<ByteSource, 'read'>;

const small = 16 * 1024;
const large = 4 * 1024 * 1024;

/** `extent` bytes hold `steps` members: where they lie close together, reading through them costs less than many reads. */
export function makeWindow(source: ByteSource, extent: number, steps: number): Window {
  const ahead = extent / Math.max(1, steps) < 128 * 1024 ? large : small;
  let start = 0;
  let bytes = new Uint8Array();
  return {
    async read(offset, length) {
      if (offset < start || offset + length > start + bytes.length) {
        const size = Math.min(Math.max(length, ahead), source.size - offset);
        bytes = (await source.read(offset, Math.max(size, length))) as Uint8Array<ArrayBuffer>;
        start = offset;
      }
      return bytes.subarray(offset - start, offset - start + length);
    },
  };
}
