// One member of an archive that is far away (a wheel behind HTTP ranges): reads its tail, its directory and that member only.
import type { ByteSource } from '../bytes/byte-source';
import { FormatError } from '../format-error';
import { readData } from './read-member';
import { makeRules, readDirectory, type ZipOptions } from './read-zip';
import { assertLocal, localHeaderSize, misplaced, overlaps, readLocalSize } from './read-local';
import type { ZipEntry } from './zip-entry';

/** Most directories of wheels, and the metadata before them, lie within it: then one request answers all. */
const tailSize = 64 * 1024 + 98;
/** What a local extra field usually has at most; a longer one costs a second read. */
const spareExtra = 64;

export interface FoundMember {
  path: string;
  bytes: Uint8Array;
}

/** The first member, in the directory's order, that `accepts` takes. Strict in what it reads; the rest of the file it cannot judge. */
export async function findMember(source: ByteSource, accepts: (path: string) => boolean, options: ZipOptions = {}): Promise<FoundMember | undefined> {
  const rules = makeRules(options);
  const tail = keepTail(source);
  const { end, central } = await readDirectory(tail, rules);
  const entry = central.find((one) => !one.directory && accepts(one.path));
  if (!entry) return undefined;
  if (central.some((one) => one !== entry && one.localOffset === entry.localOffset)) throw misplaced(entry, 'another member begins at the same byte');
  const next = central.reduce((least, one) => (one.localOffset > entry.localOffset ? Math.min(least, one.localOffset) : least), end.offset);
  return { path: entry.path, bytes: readData(await readSpan(tail, entry, next), entry, rules.limits) };
}

async function readSpan(source: ByteSource, entry: ZipEntry, next: number): Promise<Uint8Array> {
  const room = next - entry.localOffset;
  const guess = localHeaderSize + entry.rawName.length + spareExtra + entry.compressedSize;
  const bytes = await source.read(entry.localOffset, Math.max(0, Math.min(room, guess)));
  if (bytes.length < localHeaderSize) throw overlaps(entry);
  const header = readLocalSize(bytes);
  if (header + entry.compressedSize > room) throw overlaps(entry);
  const whole = header + entry.compressedSize > bytes.length ? await source.read(entry.localOffset, header + entry.compressedSize) : bytes;
  assertLocal(whole, entry);
  return whole.subarray(header, header + entry.compressedSize);
}

/** Reads the end once; reads that lie within it cost nothing more. */
function keepTail(source: ByteSource): ByteSource {
  const start = Math.max(0, source.size - tailSize);
  let tail: Promise<Uint8Array> | undefined;
  return {
    size: source.size,
    async read(offset, length) {
      if (offset < start || offset + length > source.size) return source.read(offset, length);
      const bytes = await (tail ??= source.read(start, source.size - start));
      if (bytes.length !== source.size - start) throw new FormatError('Reading the end of the archive, fewer bytes than asked for came.');
      return bytes.subarray(offset - start, offset - start + length);
    },
  };
}
