// An independent reader of Mach-O signatures for the tests: shares no code with the signer, and works from Apple's headers
// (loader.h, cs_blobs.h). Throws a plain Error that says what is wrong.
import { createHash } from 'node:crypto';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const demand = (condition: boolean, message: string): void => {
  if (!condition) throw new Error(message);
};

export interface VerifiedMacho {
  identifier: string;
  flags: number;
  pageSize: number;
  pages: number;
  blobs: number;
  cpu: number;
}

export function verifyMacho(file: Buffer): VerifiedMacho {
  demand(file.readUInt32LE(0) === 0xfeedfacf, 'magic');
  const commands = listCommands(file);
  const segments = commands.filter(({ type }) => type === 0x19).map(({ at }) => ({
    name: file.toString('latin1', at + 8, at + 24).replace(/\0.*$/s, ''),
    vmaddr: Number(file.readBigUInt64LE(at + 24)), vmsize: Number(file.readBigUInt64LE(at + 32)),
    fileoff: Number(file.readBigUInt64LE(at + 40)), filesize: Number(file.readBigUInt64LE(at + 48)),
  }));
  checkSegments(segments, file.length);
  const signatures = commands.filter(({ type }) => type === 0x1d);
  demand(signatures.length === 1, `${signatures.length} LC_CODE_SIGNATURE`);
  const dataoff = file.readUInt32LE(signatures[0]!.at + 8);
  const datasize = file.readUInt32LE(signatures[0]!.at + 12);
  demand(dataoff % 16 === 0, 'dataoff is not 16-aligned');
  demand(dataoff + datasize === file.length, `signature ends at ${dataoff + datasize}, file at ${file.length}`);
  const symtab = commands.find(({ type }) => type === 2)!;
  const stringsEnd = file.readUInt32LE(symtab.at + 16) + file.readUInt32LE(symtab.at + 20);
  demand(stringsEnd <= dataoff, 'string table reaches into the signature');
  demand(dataoff - stringsEnd < 16, `${dataoff - stringsEnd} bytes between string table and signature`);
  return { ...checkSuperBlob(file, dataoff, datasize, segments.find(({ name }) => name === '__TEXT')!), cpu: file.readUInt32LE(4) };
}

function listCommands(file: Buffer): { type: number; at: number }[] {
  const commands: { type: number; at: number }[] = [];
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    commands.push({ type: file.readUInt32LE(at), at });
    at += file.readUInt32LE(at + 4);
  }
  demand(at === 32 + file.readUInt32LE(20), 'sizeofcmds');
  return commands;
}

interface Segment { name: string; vmaddr: number; vmsize: number; fileoff: number; filesize: number }

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

function checkSuperBlob(file: Buffer, base: number, room: number, text: Segment): Omit<VerifiedMacho, 'cpu'> {
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
  return { ...checkDirectory(file, find(0)!, base, text, find(2)), blobs: count };
}

function checkDirectory(file: Buffer, at: number, base: number, text: Segment, requirements: number | undefined) {
  demand(file.readUInt32BE(at) === 0xfade0c02, 'CodeDirectory magic');
  const size = file.readUInt32BE(at + 4);
  demand(file.readUInt32BE(at + 8) >= 0x20400, 'CodeDirectory version');
  const [flags, hashes, ident, special, pages] = [12, 16, 20, 24, 28].map((field) => file.readUInt32BE(at + field)) as [number, number, number, number, number];
  const limit = Number(file.readBigUInt64BE(at + 56)) || file.readUInt32BE(at + 32);
  demand(limit === base, `codeLimit ${limit} instead of ${base}`);
  demand(file[at + 36] === 32 && file[at + 37] === 2, 'not SHA-256');
  const pageSize = 2 ** file[at + 39]!;
  demand(pages === Math.ceil(limit / pageSize), 'number of code slots');
  demand(hashes + 32 * pages === size, 'CodeDirectory does not end with its hashes');
  demand(Number(file.readBigUInt64BE(at + 64)) === text.fileoff && Number(file.readBigUInt64BE(at + 72)) === text.filesize, 'execSeg');
  demand(file.readBigUInt64BE(at + 80) === 1n, 'execSegFlags');
  const slot = (number: number): string => file.toString('hex', at + hashes + 32 * number, at + hashes + 32 * number + 32);
  for (let page = 0; page < pages; page++) {
    demand(slot(page) === sha256(file.subarray(page * pageSize, Math.min((page + 1) * pageSize, limit))), `hash of page ${page} of ${pages}`);
  }
  if (requirements !== undefined) demand(slot(-2) === sha256(file.subarray(requirements, requirements + file.readUInt32BE(requirements + 4))), 'hash of the requirements');
  if (special > 0) demand(/^0+$/.test(slot(-1)), 'Info.plist slot');
  return { identifier: file.toString('latin1', at + ident, file.indexOf(0, at + ident)), flags, pageSize, pages };
}
