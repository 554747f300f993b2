// The dynamic section of an ELF file: needed libraries, and the version names that are needed of each (LSB, symbol versioning).
import type { ByteReader } from '../bytes/byte-reader';
import type { ElfFile, ElfSegment } from './read-elf';

/** Of libraries, and of versions of one; real files have some dozens. Counts in a damaged file would cost hours. */
const most = 1000;

const tag = { end: 0, needed: 1, strings: 5, stringsSize: 10, verneed: 0x6ffffffe, verneedCount: 0x6fffffff } as const;

export function readDynamic(reader: ByteReader, dynamic: ElfSegment, segments: ElfSegment[]): Pick<ElfFile, 'needed' | 'versions'> {
  const entries = readEntries(reader, dynamic);
  const value = (wanted: number): number | undefined => entries.find(([found]) => found === wanted)?.[1];
  const strings = value(tag.strings);
  if (strings === undefined) return { needed: [], versions: {} };
  const from = toOffset(reader, segments, strings);
  const text = (index: number): string => {
    if (index >= (value(tag.stringsSize) ?? 0)) throw reader.error('a name outside the string table was found', from);
    return readText(reader, from + index);
  };
  const verneed = value(tag.verneed);
  return {
    needed: entries.filter(([found]) => found === tag.needed).map(([, index]) => text(index)),
    versions: verneed === undefined ? {} : readVersions(reader, toOffset(reader, segments, verneed), value(tag.verneedCount) ?? 0, text),
  };
}

function readEntries(reader: ByteReader, dynamic: ElfSegment): [tag: number, value: number][] {
  const entries: [number, number][] = [];
  for (let at = dynamic.offset; at + 16 <= dynamic.offset + dynamic.fileSize; at += 16) {
    // Tags of processors and systems fit 32 bits, and values that are no addresses may be all ones: only what is wanted is read whole.
    const found = reader.u32(at);
    if (found === tag.end) break;
    if ((Object.values(tag) as number[]).includes(found)) entries.push([found, reader.u64(at + 8)]);
  }
  return entries;
}

function toOffset(reader: ByteReader, segments: ElfSegment[], address: number): number {
  const segment = segments.find((one) => one.type === 1 && address >= one.address && address < one.address + one.fileSize);
  if (!segment) throw reader.error(`the address ${address} that is in no segment was found`, 0);
  return segment.offset + address - segment.address;
}

function readText(reader: ByteReader, from: number): string {
  let end = from;
  while (reader.u8(end) !== 0) end++;
  return reader.utf8(from, end - from);
}

/** Elf64_Verneed (version, cnt, file, aux, next), each followed by its Elf64_Vernaux (hash, flags, other, name, next). */
function readVersions(reader: ByteReader, from: number, count: number, text: (index: number) => string): Record<string, string[]> {
  const versions: Record<string, string[]> = {};
  for (let index = 0, at = from; index < count; index++) {
    if (index > most || reader.u16(at + 2) > most) throw reader.error('more versions than a file can need were found', at);
    const names: string[] = [];
    for (let number = 0, aux = at + reader.u32(at + 8); number < reader.u16(at + 2); number++) {
      names.push(text(reader.u32(aux + 8)));
      aux += reader.u32(aux + 12);
    }
    versions[text(reader.u32(at + 4))] = names;
    const next = reader.u32(at + 12);
    if (next === 0) break;
    at += next;
  }
  return versions;
}
