// The headers of an ELF file (System V ABI, gABI 4.1), 64-bit little-endian: what it is for, what loads it, which libraries and which of their
// versions it needs.
import { ByteReader } from '../bytes/byte-reader';
import { readDynamic } from './read-dynamic';

export interface ElfSegment {
  type: number;
  offset: number;
  address: number;
  fileSize: number;
}

export interface ElfFile {
  arch: 'x86_64' | 'arm64' | 'other';
  type: 'executable' | 'shared' | 'other';
  /** PT_INTERP; undefined in static programs and most libraries. */
  interpreter?: string;
  /** DT_NEEDED. */
  needed: string[];
  /** Verneed: `{ 'libc.so.6': ['GLIBC_2.17'] }`. */
  versions: Record<string, string[]>;
}

const machines: Record<number, ElfFile['arch']> = { 62: 'x86_64', 183: 'arm64' };
const types: Record<number, ElfFile['type']> = { 2: 'executable', 3: 'shared' };

export function readElf(bytes: Uint8Array): ElfFile {
  const reader = new ByteReader(bytes, 'the ELF file');
  if (reader.u32(0) !== 0x464c457f) throw reader.error('something else than "ELF" was found', 0);
  if (reader.u8(4) !== 2 || reader.u8(5) !== 1) throw reader.error('another class than 64-bit little-endian was found', 4);
  const segments = readSegments(reader);
  const interpreter = segments.find(({ type }) => type === 3);
  const dynamic = segments.find(({ type }) => type === 2);
  return {
    arch: machines[reader.u16(18)] ?? 'other',
    type: types[reader.u16(16)] ?? 'other',
    ...(interpreter ? { interpreter: reader.paddedText(interpreter.offset, interpreter.fileSize) } : {}),
    ...(dynamic ? readDynamic(reader, dynamic, segments) : { needed: [], versions: {} }),
  };
}

function readSegments(reader: ByteReader): ElfSegment[] {
  const from = reader.u64(32);
  const size = reader.u16(54);
  const count = reader.u16(56);
  if (count > 0 && size !== 56) throw reader.error('program headers of an unknown size were found', 54);
  return Array.from({ length: count }, (_, index) => {
    const at = from + 56 * index;
    return { type: reader.u32(at), offset: reader.u64(at + 8), address: reader.u64(at + 16), fileSize: reader.u64(at + 32) };
  });
}
