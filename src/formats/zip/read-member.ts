// One member of a zip archive to its bytes, size and CRC checked.
import { limits as standard, type Limits } from '../../model/limits';
import type { ByteSource } from '../bytes/byte-source';
import { crc32 } from '../bytes/crc32';
import { inflate } from '../deflate/inflate';
import { exceed } from '../exceed';
import { FormatError } from '../format-error';
import { printName } from '../print-name';
import type { ZipEntry } from './zip-entry';

/** A stored member's bytes may be a view of the source. */
export async function readMember(source: ByteSource, entry: ZipEntry, limits: Limits = standard): Promise<Uint8Array> {
  return readData(await source.read(entry.dataOffset, entry.compressedSize), entry, limits);
}

export type Sizes = Pick<ZipEntry, 'path' | 'method' | 'size' | 'crc32'>;

export function readData(data: Uint8Array, entry: Sizes, limits: Limits): Uint8Array {
  const name = printName(entry.path);
  if (entry.size > limits.member) throw exceed(`The archive's member ${name}`, `it is ${entry.size} bytes long`, 'member', limits.member, entry.size);
  const bytes = entry.method === 0 ? data : inflate(data, entry.size, `the archive's member ${name}`);
  if (bytes.length !== entry.size) throw new FormatError(`The archive's member ${name} is ${bytes.length} bytes long, ${entry.size} were promised.`);
  if (crc32(bytes) !== entry.crc32) throw new FormatError(`The archive's member ${name} is damaged: its CRC is not the one that the archive promises.`);
  return bytes;
}
