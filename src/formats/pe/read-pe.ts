// The headers of a Windows executable (PE format, revision of 2024: DOS stub, COFF header, optional header PE32 or PE32+, sections).
//
//   "MZ" … 3c: e_lfanew │ "PE\0\0" │ COFF header, 20 │ optional header │ section headers, 40 each │ section data │ overlay
import { ByteReader } from '../bytes/byte-reader';

export interface PeSection {
  name: string;
  virtualAddress: number;
  virtualSize: number;
  rawOffset: number;
  rawSize: number;
}

export interface PeFile {
  arch: 'x86_64' | 'arm64' | 'x86' | 'other';
  library: boolean;
  /** 2 windowed, 3 console. */
  subsystem: number;
  /** Least Windows that it says it runs on: `6.0`. */
  leastSystem: string;
  /** Of sections: in memory, in the file. */
  alignment: { memory: number; file: number };
  sections: PeSection[];
  /** Where the last section's data ends and an overlay may begin. */
  imageEnd: number;
  /** Places of what is edited. */
  at: { initializedData: number; checksum: number; subsystem: number; directories: number; sections: number };
  directoryCount: number;
}

const machines: Record<number, PeFile['arch']> = { 0x8664: 'x86_64', 0xaa64: 'arm64', 0x14c: 'x86' };

export function readPe(bytes: Uint8Array): PeFile {
  const reader = new ByteReader(bytes, 'the Windows executable');
  if (reader.u16(0) !== 0x5a4d) throw reader.error('something else than "MZ" was found', 0);
  const coff = reader.u32(0x3c) + 4;
  if (reader.u32(coff - 4) !== 0x00004550) throw reader.error('something else than "PE" was found', coff - 4);
  const optional = coff + 20;
  const format = reader.u16(optional);
  if (format !== 0x10b && format !== 0x20b) throw reader.error('an optional header of an unknown format was found', optional);
  const directories = optional + (format === 0x20b ? 112 : 96);
  const directoryCount = reader.u32(directories - 4);
  if (directoryCount > 16) throw reader.error(`${directoryCount} data directories were found`, directories - 4);
  const sectionsAt = optional + reader.u16(coff + 16);
  const sections = readSections(reader, sectionsAt, reader.u16(coff + 2));
  return {
    arch: machines[reader.u16(coff)] ?? 'other',
    library: (reader.u16(coff + 18) & 0x2000) !== 0,
    subsystem: reader.u16(optional + 68),
    leastSystem: `${reader.u16(optional + 48)}.${reader.u16(optional + 50)}`,
    alignment: { memory: reader.u32(optional + 32), file: reader.u32(optional + 36) },
    sections,
    imageEnd: Math.max(reader.u32(optional + 60), ...sections.map((section) => section.rawOffset + section.rawSize)),
    at: { initializedData: optional + 8, checksum: optional + 64, subsystem: optional + 68, directories, sections: sectionsAt },
    directoryCount,
  };
}

function readSections(reader: ByteReader, from: number, count: number): PeSection[] {
  return Array.from({ length: count }, (_, index) => {
    const at = from + 40 * index;
    const section = {
      name: reader.paddedText(at, 8),
      virtualSize: reader.u32(at + 8),
      virtualAddress: reader.u32(at + 12),
      rawSize: reader.u32(at + 16),
      rawOffset: reader.u32(at + 20),
    };
    reader.bytes(section.rawOffset, section.rawSize);
    return section;
  });
}
