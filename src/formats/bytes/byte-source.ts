// A file to read pieces of, wherever it lies: in memory, in a Blob, or (made by src/supply) behind HTTP ranges.
import { FormatError } from '../format-error';

export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes, or a FormatError. The bytes may be a view of the source: do not write to them. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

export function makeByteSource(data: Uint8Array | Blob): ByteSource {
  return data instanceof Blob ? blobSource(data) : arraySource(data);
}

function arraySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async read(offset, length) {
      assertInside(offset, length, bytes.length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    async read(offset, length) {
      assertInside(offset, length, blob.size);
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer().catch(refuse));
    },
  };
}

function refuse(): never {
  throw new FormatError('Reading the file, the system refused: it was changed, moved or removed after it was chosen.', { notes: ['Choose it again.'] });
}

function assertInside(offset: number, length: number, size: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= size) return;
  throw new FormatError(`Reading the file, ${length} bytes were expected at byte ${offset}, but it ends at byte ${size}.`, { offset });
}
