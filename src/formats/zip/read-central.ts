// The central directory (APPNOTE 4.3.12) to entries. What is refused for its name, kind or size is refused here, before any
// member is looked at.
import { ratioFrom, type Limits } from '../../model/limits';
import { ByteReader } from '../bytes/byte-reader';
import { checkClashes } from '../check-clashes';
import { checkPath } from '../check-path';
import { exceed } from '../exceed';
import { FormatError } from '../format-error';
import { printName } from '../print-name';
import { findUnicodePath, makeExtraReader, readWide } from './read-extra';
import type { ZipEnd } from './find-end';
import { flag, isAscii, type ZipEntry } from './zip-entry';

export interface ZipRules {
  /** Reads `\` as a separator in archives made on Windows. */
  allowBackslash: boolean;
  /** Admits names that Windows cannot store. */
  allowUnportable: boolean;
  limits: Limits;
  /** Bytes before the first member that are the caller's business (a zipapp's `#!` line); offsets in the archive count them. */
  prefix: number;
}

const headerSize = 46;
const methodNames: Record<number, string> = {
  1: 'shrink', 6: 'implode', 9: 'deflate64', 12: 'bzip2', 14: 'lzma', 93: 'zstd', 95: 'xz', 97: 'wavpack', 98: 'ppmd', 99: 'AES encryption',
};
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `dataOffset` and `endOffset` are 0: they stand elsewhere. */
export function readCentral(bytes: Uint8Array, end: ZipEnd, rules: ZipRules): ZipEntry[] {
  const reader = new ByteReader(bytes, 'the central directory of the zip archive', true, end.offset);
  assertLimit('members', end.members, rules.limits.members, '');
  const entries: ZipEntry[] = [];
  let at = 0;
  while (entries.length < end.members) {
    entries.push(readHeader(reader, at, rules));
    at += headerSize + reader.u16(at + 28) + reader.u16(at + 30) + reader.u16(at + 32);
  }
  if (at !== reader.size) throw reader.error(`${reader.size - at} bytes after its ${end.members} members were found`, at);
  assertTotal(entries, rules.limits);
  const clash = checkClashes(entries);
  if (clash) throw clash;
  return entries;
}

function readHeader(reader: ByteReader, at: number, rules: ZipRules): ZipEntry {
  if (reader.u32(at) !== 0x02014b50) throw reader.error('something else than the header of a member was found', at);
  const rawName = reader.bytes(at + headerSize, reader.u16(at + 28));
  const extra = makeExtraReader(reader, at + headerSize + rawName.length, reader.u16(at + 30));
  reader.bytes(at + headerSize + rawName.length + extra.size, reader.u16(at + 32));
  const host = reader.u8(at + 5);
  const flags = reader.u16(at + 8);
  const attributes = reader.u32(at + 38);
  const name = readName(rawName, extra, rules.allowBackslash && host !== 3 && host !== 19);
  const directory = name.endsWith('/');
  const path = directory ? name.slice(0, -1) : name;
  const wide = readWide(extra, { size: reader.u32(at + 24), compressedSize: reader.u32(at + 20), localOffset: reader.u32(at + 42) });
  const dosTime = reader.u32(at + 12);
  const mode = attributes >>> 16;
  const entry: ZipEntry = {
    path, rawName, directory, flags, mode, dosTime,
    method: readMethod(reader.u16(at + 10), path),
    crc32: reader.u32(at + 16),
    size: wide.size,
    compressedSize: wide.compressedSize,
    localOffset: wide.localOffset!,
    dataOffset: 0,
    endOffset: 0,
    executable: !directory && (mode & 0o111) !== 0,
    modified: parseDosTime(dosTime),
    version: reader.u16(at + 6),
  };
  if (reader.u16(at + 34) !== 0) throw refuse(path, 'it lies in another file of an archive split over several files', 'unsupported');
  assertKind(entry, attributes);
  assertSizes(entry, rules.limits);
  const problem = checkPath(path, rules.limits, !rules.allowUnportable);
  if (problem) throw problem;
  return entry;
}

function readName(raw: Uint8Array, extra: ByteReader, backslash: boolean): string {
  const name = decodeName(raw);
  const other = findUnicodePath(extra, raw);
  if (other !== undefined && other !== name) throw refuse(name, `it has a second name, ${printName(other)}`);
  return backslash ? name.replaceAll('\\', '/') : name;
}

function decodeName(raw: Uint8Array): string {
  // A call of TextDecoder costs more than a short name is worth.
  if (raw.length < 1000 && isAscii(raw)) return String.fromCharCode(...raw);
  try {
    return utf8.decode(raw);
  } catch {
    throw refuse(new TextDecoder('latin1').decode(raw), 'its name is not UTF-8', 'unsupported', ['Pack the archive again with a tool that writes UTF-8 names.']);
  }
}

function readMethod(method: number, path: string): 0 | 8 {
  if (method === 0 || method === 8) return method;
  const label = methodNames[method];
  throw refuse(path, `its compression method ${method}${label ? ` (${label})` : ''} is neither stored (0) nor deflated (8)`, 'unsupported', ['Pack the archive again with ordinary (deflate) compression.']);
}

const kinds: Record<number, string> = { 1: 'a named pipe', 2: 'a device', 6: 'a device', 10: 'a symbolic link', 12: 'a socket' };

function assertKind(entry: ZipEntry, attributes: number): void {
  const { path, flags, mode, directory } = entry;
  if (flags & (flag.encrypted | flag.strong | flag.masked)) throw refuse(path, 'it is encrypted', 'unsupported', ['Pack the archive again without a password.']);
  if (flags & flag.patched) throw refuse(path, 'it is a patch, not a file', 'unsupported');
  const type = mode >>> 12;
  const bad = kinds[type] ?? (type === 4 && !directory ? 'a directory whose name has no closing slash' : type === 8 && directory ? 'a file whose name has a closing slash' : undefined);
  if (bad) throw refuse(path, `it is ${bad}`, 'unsafe', type === 10 ? ['Replace the link by the file that it points to.'] : []);
  if (!directory && mode & 0o6000) throw refuse(path, 'its mode has the set-user or set-group bit');
  if (!directory && attributes & 0x10) throw refuse(path, 'it is a directory whose name has no closing slash');
}

function assertSizes(entry: ZipEntry, limits: Limits): void {
  const { path, directory, method, size, compressedSize } = entry;
  if (directory && (size > 0 || compressedSize > 2)) throw refuse(path, `it is a directory with ${Math.max(size, compressedSize)} bytes of content`, 'damaged');
  if (method === 0 && size !== compressedSize) throw refuse(path, `it is stored, but its two sizes are ${size} and ${compressedSize}`, 'damaged');
  assertLimit('member', size, limits.member, path);
  if (size > ratioFrom && size > limits.ratio * compressedSize) assertLimit('ratio', Math.ceil(size / Math.max(1, compressedSize)), limits.ratio, path);
}

function assertTotal(entries: ZipEntry[], limits: Limits): void {
  assertLimit('total', entries.reduce((sum, entry) => sum + entry.size, 0), limits.total, '');
}

const limitTexts = {
  members: (found: number) => `it announces ${found} members`,
  total: (found: number) => `its members are ${found} bytes in all`,
  member: (found: number) => `it is ${found} bytes long`,
  ratio: (found: number) => `it is ${found} times as long as its compressed form`,
};

function assertLimit(kind: keyof typeof limitTexts, found: number, limit: number, path: string): void {
  if (found <= limit) return;
  const who = path ? `The archive's member ${printName(path)}` : 'The zip archive';
  throw exceed(who, limitTexts[kind](found), kind, limit, found);
}

/** APPNOTE 4.4.6. */
function parseDosTime(value: number): number {
  const [second, minute, hour] = [(value & 31) * 2, (value >>> 5) & 63, (value >>> 11) & 31];
  const [day, month, year] = [(value >>> 16) & 31, (value >>> 21) & 15, (value >>> 25) + 1980];
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(time).getUTCDate() === day && month >= 1 ? time / 1000 : 315532800;
}

function refuse(path: string, rule: string, reason: 'unsafe' | 'unsupported' | 'damaged' = 'unsafe', notes: string[] = []): FormatError {
  return new FormatError(`The archive's member ${printName(path)} was refused: ${rule}.`, { reason, notes });
}
