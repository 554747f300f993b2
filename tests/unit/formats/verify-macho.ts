// An independent reader of signed Mach-O executables for the tests: shares no code with src/formats/macho, and works from Apple's
// headers (loader.h, cs_blobs.h). Throws a plain Error that says what is wrong; what may differ between good files it returns.
import { createHash } from 'node:crypto';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const demand = (condition: boolean, message: string): void => {
  if (!condition) throw new Error(message);
};

export interface VerifiedMacho {
  cpu: number;
  /** minos of LC_BUILD_VERSION. */
  leastSystem: string;
  /** Of the signature. */
  offset: number;
  size: number;
  /** Types in the order of the SuperBlob's index. */
  blobs: number[];
  version: number;
  flags: number;
  identifier: string;
  /** Hex, by slot: -1 Info.plist, -2 requirements. */
  special: Record<number, string>;
  pageSize: number;
  pages: number;
  execSegment: { base: number; limit: number; flags: number };
}

interface Command { type: number; at: number; size: number }
interface Segment { name: string; vmaddr: number; vmsize: number; fileoff: number; filesize: number }

export function verifyMacho(file: Buffer): VerifiedMacho {
  demand(file.readUInt32LE(0) === 0xfeedfacf, 'magic');
  demand(file.readUInt32LE(12) === 2, 'not MH_EXECUTE');
  const commands = listCommands(file);
  const segments = commands.filter(({ type }) => type === 0x19).map(({ at }) => readSegment(file, at));
  checkSegments(segments, file.length);
  const [offset, size] = findSignature(file, commands);
  checkStrings(file, only(commands, 0x02, 'LC_SYMTAB'), offset);
  const signature = checkSuperBlob(file, offset, size, segments.find(({ name }) => name === '__TEXT')!);
  return { cpu: file.readUInt32LE(4), leastSystem: readLeastSystem(file, commands), offset, size, ...signature };
}

function only(commands: Command[], type: number, name: string): Command {
  const found = commands.filter((one) => one.type === type);
  demand(found.length === 1, `${found.length} ${name}`);
  return found[0]!;
}

function listCommands(file: Buffer): Command[] {
  const commands: Command[] = [];
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    const size = file.readUInt32LE(at + 4);
    demand(size >= 8 && size % 8 === 0, `load command of ${size} bytes`);
    commands.push({ type: file.readUInt32LE(at), at, size });
    at += size;
  }
  demand(at === 32 + file.readUInt32LE(20), 'sizeofcmds');
  const sections = commands.filter(({ type }) => type === 0x19).flatMap((one) => Array.from({ length: file.readUInt32LE(one.at + 64) }, (_, index) => file.readUInt32LE(one.at + 72 + 80 * index + 48)));
  demand(sections.every((offset) => offset === 0 || offset >= at), 'load commands reach into a section');
  return commands;
}

const readSegment = (file: Buffer, at: number): Segment => ({
  name: file.toString('latin1', at + 8, at + 24).replace(/\0.*$/s, ''),
  vmaddr: Number(file.readBigUInt64LE(at + 24)), vmsize: Number(file.readBigUInt64LE(at + 32)),
  fileoff: Number(file.readBigUInt64LE(at + 40)), filesize: Number(file.readBigUInt64LE(at + 48)),
});

function checkSegments(segments: Segment[], size: number): void {
  const linkedit = segments.at(-1)!;
  demand(linkedit.name === '__LINKEDIT', '__LINKEDIT is not last');
  demand(linkedit.fileoff + linkedit.filesize === size, '__LINKEDIT does not wrap the end of the file');
  demand(linkedit.vmsize >= linkedit.filesize, '__LINKEDIT maps less than it holds');
  demand(linkedit.vmsize % 4096 === 0, '__LINKEDIT vmsize is not a multiple of a page');
  for (const [index, one] of segments.entries()) {
    const next = segments[index + 1];
    if (next) demand(one.vmaddr + one.vmsize <= next.vmaddr && one.fileoff + one.filesize <= next.fileoff, `${one.name} overlaps ${next.name}`);
  }
}

function findSignature(file: Buffer, commands: Command[]): [offset: number, size: number] {
  const { at, size } = only(commands, 0x1d, 'LC_CODE_SIGNATURE');
  demand(size === 16, 'size of LC_CODE_SIGNATURE');
  const [dataoff, datasize] = [file.readUInt32LE(at + 8), file.readUInt32LE(at + 12)];
  demand(dataoff % 16 === 0, 'dataoff is not 16-aligned');
  demand(dataoff + datasize === file.length, `signature ends at ${dataoff + datasize}, file at ${file.length}`);
  return [dataoff, datasize];
}

function checkStrings(file: Buffer, { at }: Command, signature: number): void {
  const end = file.readUInt32LE(at + 16) + file.readUInt32LE(at + 20);
  demand(end <= signature, 'string table reaches into the signature');
  demand(signature - end < 16, `${signature - end} bytes between string table and signature`);
}

function readLeastSystem(file: Buffer, commands: Command[]): string {
  const { at } = only(commands, 0x32, 'LC_BUILD_VERSION');
  demand(file.readUInt32LE(at + 8) === 1, 'platform is not macOS');
  const least = file.readUInt32LE(at + 12);
  return `${least >>> 16}.${(least >>> 8) & 255}`;
}

function checkSuperBlob(file: Buffer, base: number, room: number, text: Segment) {
  demand(file.readUInt32BE(base) === 0xfade0cc0, 'SuperBlob magic');
  const length = file.readUInt32BE(base + 4);
  demand(length <= room, 'SuperBlob longer than its room');
  demand(file.subarray(base + length, base + room).every((byte) => byte === 0), 'bytes after the SuperBlob');
  const count = file.readUInt32BE(base + 8);
  const index = Array.from({ length: count }, (_, number) => ({ type: file.readUInt32BE(base + 12 + 8 * number), at: base + file.readUInt32BE(base + 16 + 8 * number) }));
  let end = base + 12 + 8 * count;
  for (const { at } of index) {
    demand(at === end || at === end + (-end & 3), 'blobs do not follow each other');
    end = at + file.readUInt32BE(at + 4);
  }
  // Linkers round the length up; codesign gives it exactly.
  demand(base + length - end < 16 && base + length >= end, 'SuperBlob length');
  const find = (type: number) => index.find((one) => one.type === type)?.at;
  const cms = find(0x10000);
  if (cms !== undefined) demand(file.readUInt32BE(cms) === 0xfade0b01, 'CMS magic');
  return { blobs: index.map(({ type }) => type), ...checkDirectory(file, find(0)!, base, text, find(2)) };
}

function checkDirectory(file: Buffer, at: number, base: number, text: Segment, requirements: number | undefined) {
  demand(file.readUInt32BE(at) === 0xfade0c02, 'CodeDirectory magic');
  const [size, version, flags, hashes, ident, special, pages] = [4, 8, 12, 16, 20, 24, 28].map((field) => file.readUInt32BE(at + field)) as [number, number, number, number, number, number, number];
  demand(version >= 0x20400, 'CodeDirectory version');
  const limit = Number(file.readBigUInt64BE(at + 56)) || file.readUInt32BE(at + 32);
  demand(limit === base, `codeLimit ${limit} instead of ${base}`);
  demand(file[at + 36] === 32 && file[at + 37] === 2 && file[at + 38] === 0, 'not SHA-256');
  const pageSize = 2 ** file[at + 39]!;
  demand(pages === Math.ceil(limit / pageSize), 'number of code slots');
  demand(hashes + 32 * pages === size, 'CodeDirectory does not end with its hashes');
  demand([40, 44, 52].every((field) => file.readUInt32BE(at + field) === 0), 'a spare or scatter field is set');
  const identifier = file.toString('latin1', at + ident, file.indexOf(0, at + ident));
  demand(ident >= 88 && ident + identifier.length + 1 <= hashes - 32 * special, 'identifier reaches into the hashes');
  const execSegment = { base: Number(file.readBigUInt64BE(at + 64)), limit: Number(file.readBigUInt64BE(at + 72)), flags: Number(file.readBigUInt64BE(at + 80)) };
  demand(execSegment.base === text.fileoff && execSegment.limit === text.filesize, 'execSeg');
  demand(execSegment.flags === 1, 'execSegFlags');
  const slot = (number: number): string => file.toString('hex', at + hashes + 32 * number, at + hashes + 32 * number + 32);
  for (let page = 0; page < pages; page++) {
    demand(slot(page) === sha256(file.subarray(page * pageSize, Math.min((page + 1) * pageSize, limit))), `hash of page ${page} of ${pages}`);
  }
  if (requirements !== undefined) demand(slot(-2) === sha256(file.subarray(requirements, requirements + file.readUInt32BE(requirements + 4))), 'hash of the requirements');
  if (special > 0) demand(/^0+$/.test(slot(-1)), 'Info.plist slot');
  return { version, flags, identifier, special: Object.fromEntries(Array.from({ length: special }, (_, index) => [-1 - index, slot(-1 - index)])), pageSize, pages, execSegment };
}
