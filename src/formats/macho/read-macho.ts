// The header and load commands of a thin 64-bit Mach-O file (<mach-o/loader.h>), with the places of what signing changes.
//
//   mach_header_64, 32 │ load commands │ padding │ sections of __TEXT, __DATA … │ __LINKEDIT: tables, strings, [signature] │ end of file
import { ByteReader } from '../bytes/byte-reader';

export interface MachoSegment {
  name: string;
  /** Of the load command. */
  at: number;
  vmaddr: number;
  vmsize: number;
  fileoff: number;
  filesize: number;
}

export interface MachoFile {
  arch: 'x86_64' | 'arm64';
  executable: boolean;
  commandCount: number;
  /** First byte after the load commands, and of the first section: between them lies room for more commands. */
  commandsEnd: number;
  firstSection: number;
  segments: MachoSegment[];
  symtab?: { at: number; stroff: number; strsize: number };
  signature?: { at: number; dataoff: number; datasize: number };
  /** End of the last table in __LINKEDIT other than strings and signature. */
  tablesEnd: number;
  /** Least macOS: `11.0`. */
  leastSystem?: string;
}

const machines: Record<number, MachoFile['arch']> = { 0x01000007: 'x86_64', 0x0100000c: 'arm64' };
const headerSize = 32;
const command = { symtab: 2, dysymtab: 0xb, segment: 0x19, signature: 0x1d, dyldInfo: 0x22, dyldInfoOnly: 0x80000022, versionMin: 0x24, buildVersion: 0x32 } as const;
/** linkedit_data_command: split info, function starts, data in code, signing DRs, linker hints, exports trie, chained fixups. */
const linkeditData = new Set([0x1e, 0x26, 0x29, 0x2b, 0x2e, 0x80000033, 0x80000034]);

export function readMacho(bytes: Uint8Array): MachoFile {
  const reader = new ByteReader(bytes, 'the Mach-O file');
  if (reader.u32(0) !== 0xfeedfacf) throw reader.error('something else than a thin 64-bit header was found', 0);
  const arch = machines[reader.u32(4)];
  if (!arch) throw reader.error('an unknown processor was found', 4);
  const commandCount = reader.u32(16);
  const commandsEnd = headerSize + reader.u32(20);
  const file: MachoFile = {
    arch, commandCount, commandsEnd, executable: reader.u32(12) === 2, firstSection: bytes.length, segments: [], tablesEnd: 0,
  };
  let at = headerSize;
  for (let index = 0; index < commandCount; index++) {
    const size = reader.u32(at + 4);
    if (size < 8 || size % 8 !== 0 || at + size > commandsEnd) throw reader.error('a load command of an impossible size was found', at);
    readCommand(file, new ByteReader(reader.bytes(at, size), 'a load command of the Mach-O file', true, at), at);
    at += size;
  }
  if (at !== commandsEnd) throw reader.error('load commands that end elsewhere than announced were found', at);
  return file;
}

function readCommand(file: MachoFile, reader: ByteReader, at: number): void {
  const type = reader.u32(0);
  if (type === command.segment) readSegment(file, reader, at);
  else if (type === command.symtab) {
    file.symtab = { at, stroff: reader.u32(16), strsize: reader.u32(20) };
    endTable(file, reader.u32(8) + 16 * reader.u32(12));
  } else if (type === command.signature) file.signature = { at, dataoff: reader.u32(8), datasize: reader.u32(12) };
  else if (type === command.dysymtab) endTable(file, reader.u32(56) + 4 * reader.u32(60));
  else if (type === command.dyldInfo || type === command.dyldInfoOnly) for (const field of [8, 16, 24, 32, 40]) endTable(file, reader.u32(field) + reader.u32(field + 4));
  else if (linkeditData.has(type)) endTable(file, reader.u32(8) + reader.u32(12));
  else if (type === command.buildVersion) file.leastSystem = printVersion(reader.u32(12));
  else if (type === command.versionMin) file.leastSystem = printVersion(reader.u32(8));
}

function endTable(file: MachoFile, end: number): void {
  file.tablesEnd = Math.max(file.tablesEnd, end);
}

/** segment_command_64, then section_64 of 80 bytes each. */
function readSegment(file: MachoFile, reader: ByteReader, at: number): void {
  file.segments.push({
    name: reader.paddedText(8, 16), at,
    vmaddr: reader.u64(24), vmsize: reader.u64(32), fileoff: reader.u64(40), filesize: reader.u64(48),
  });
  for (let index = 0; index < reader.u32(64); index++) {
    const offset = reader.u32(72 + 80 * index + 48);
    if (offset > 0) file.firstSection = Math.min(file.firstSection, offset);
  }
}

const printVersion = (value: number): string => `${value >>> 16}.${(value >>> 8) & 255}`;
