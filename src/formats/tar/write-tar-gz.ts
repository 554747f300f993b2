// One file to a `.tar.gz` that keeps its mode: the twin of a Unix executable that survives a browser's download. The content is
// compressed already, so the deflate blocks are stored ones: as fast as memory, and the same bytes everywhere.
import { ByteWriter } from '../bytes/byte-writer';
import { crc32 } from '../bytes/crc32';
import { makeTarPadding, tarEnd, writeTarHeader } from './write-tar';

const storedMost = 0xffff;
const chunkSize = 128 * storedMost;
/** gzip, deflate, no flags, mtime 0, no extra flags, unknown system. */
const gzipHeader = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

export async function writeTarGz(name: string, blob: Blob, mode: number): Promise<Blob> {
  const tar = new Blob([writeTarHeader(name, blob.size, mode), blob, makeTarPadding(blob.size), tarEnd]);
  const pieces: Blob[] = [];
  let crc = 0;
  for (let at = 0; at < tar.size; at += chunkSize) {
    const bytes = new Uint8Array(await tar.slice(at, at + chunkSize).arrayBuffer());
    crc = crc32(bytes, crc);
    // Each chunk becomes a Blob at once, so that a browser may keep it outside the heap.
    pieces.push(new Blob([writeStored(bytes, at + bytes.length === tar.size)]));
  }
  const trailer = new ByteWriter(8).u32(crc).u32(tar.size % 2 ** 32).bytes;
  return new Blob([gzipHeader, ...pieces, trailer], { type: 'application/gzip' });
}

/** RFC 1951, 3.2.4. */
function writeStored(bytes: Uint8Array, last: boolean): Uint8Array<ArrayBuffer> {
  const count = Math.ceil(bytes.length / storedMost);
  const out = new ByteWriter(bytes.length + 5 * count);
  for (let index = 0; index < count; index++) {
    const data = bytes.subarray(index * storedMost, (index + 1) * storedMost);
    out.put(Uint8Array.of(last && index === count - 1 ? 1 : 0)).u16(data.length).u16(data.length ^ 0xffff).put(data);
  }
  return out.bytes;
}
