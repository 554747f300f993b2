// New files and whole archives to one zip archive. Members of an archive are taken over as they stand, compressed and with their
// local headers, in runs as long as possible; only the central directory is made anew. The same pieces give the same bytes.
//
//   [prefix] │ run of members, or one new member │ … │ central directory │ end
import { deflateSync } from 'fflate';
import { ByteWriter } from '../bytes/byte-writer';
import { coalesce, sizeOfBytes, type Bytes } from '../bytes/coalesce';
import { crc32 } from '../bytes/crc32';
import { checkClashes } from '../check-clashes';
import { nameFlags, writeCentralHeader, writeEnd, writeLocalHeader, type Written } from './write-records';
import { flag, isAscii, type ZipEntry } from './zip-entry';

export interface NewFile {
  path: string;
  bytes: Uint8Array;
  executable?: boolean;
  /** Kept uncompressed: what is compressed already. */
  stored?: boolean;
}

export interface Spliced {
  archive: Blob;
  /** All of the archive's, from readZip. */
  entries: readonly ZipEntry[];
  /** New path of a member, or undefined to leave it out. Absent: all stay where they are. */
  place?: (entry: ZipEntry) => string | undefined;
}

export interface WrittenZip {
  /** For `new Blob(parts)`. */
  parts: Bytes[];
  size: number;
  members: number;
}

/** 1980-01-01 00:00, the oldest that the format can say. */
const dosTime = 0x00210000;
const encoder = new TextEncoder();

/** `prefix` (a zipapp's `#!` line) is counted by all offsets. Throws FormatError where two members would have one name. */
export async function writeZip(pieces: readonly (NewFile | Spliced)[], prefix: Uint8Array = new Uint8Array()): Promise<WrittenZip> {
  const out = new Archive(prefix);
  for (const piece of pieces) {
    if ('archive' in piece) out.splice(piece);
    else out.add(piece);
  }
  return out.finish();
}

class Archive {
  readonly #parts: Bytes[] = [];
  readonly #members: Written[] = [];
  readonly #names: { path: string; directory: boolean }[] = [];
  readonly #folders = new Set<string>();
  #size = 0;

  constructor(prefix: Uint8Array) {
    this.#append(prefix);
  }

  add({ path, bytes, executable = false, stored = false }: NewFile): void {
    const packed = stored ? bytes : deflateSync(bytes, { level: 6 });
    const isSmaller = packed.length < bytes.length;
    const data = isSmaller ? packed : bytes;
    const name = encoder.encode(path);
    const member = {
      name, executable, dosTime, directory: false, flags: nameFlags(name), method: isSmaller ? (8 as const) : (0 as const),
      crc32: crc32(bytes), compressedSize: data.length, size: bytes.length,
    };
    this.#record(path, member);
    this.#append(writeLocalHeader(member));
    this.#append(data);
  }

  splice({ archive, entries, place }: Spliced): void {
    let run: { start: number; end: number } | undefined;
    const flush = (): void => {
      if (run) this.#append(archive.slice(run.start, run.end));
      run = undefined;
    };
    for (const entry of entries.toSorted((a, b) => a.localOffset - b.localOffset)) {
      const path = place ? place(entry) : entry.path;
      if (path === undefined || (entry.directory && this.#folders.has(path))) continue;
      if (entry.directory) this.#folders.add(path);
      if (path === entry.path && canStay(entry)) {
        if (run?.end !== entry.localOffset) flush();
        run ??= { start: entry.localOffset, end: entry.localOffset };
        this.#record(path, { ...entry, name: entry.rawName }, this.#size + entry.localOffset - run.start);
        run.end = entry.endOffset;
      } else {
        flush();
        this.#rewrite(archive, entry, path);
      }
    }
    flush();
  }

  async finish(): Promise<WrittenZip> {
    const clash = checkClashes(this.#names);
    if (clash) throw clash;
    const offset = this.#size;
    const central = this.#members.map(writeCentralHeader);
    const size = central.reduce((sum, header) => sum + header.length, 0);
    const directory = new ByteWriter(size);
    for (const header of central) directory.put(header);
    this.#append(directory.bytes);
    this.#append(writeEnd(this.#members.length, offset, size));
    return { parts: await coalesce(this.#parts), size: this.#size, members: this.#members.length };
  }

  #rewrite(archive: Blob, entry: ZipEntry, path: string): void {
    const name = encoder.encode(entry.directory ? `${path}/` : path);
    const member = { ...entry, name, flags: nameFlags(name) };
    this.#record(path, member);
    this.#append(writeLocalHeader(member));
    this.#append(archive.slice(entry.dataOffset, entry.dataOffset + entry.compressedSize));
  }

  #record(path: string, member: Omit<Written, 'localOffset'>, localOffset = this.#size): void {
    this.#names.push({ path, directory: member.directory });
    this.#members.push({ ...member, localOffset });
  }

  #append(bytes: Bytes): void {
    if (sizeOfBytes(bytes) === 0) return;
    this.#parts.push(bytes);
    this.#size += sizeOfBytes(bytes);
  }
}

/** Its local header says its name as other readers understand it. */
const canStay = (entry: ZipEntry): boolean => !entry.rawName.includes(0x5c) && ((entry.flags & flag.utf8) !== 0 || isAscii(entry.rawName));
