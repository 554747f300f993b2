// A prepared launcher and a payload to a strictly valid, ad-hoc signed Mach-O file: the payload lies inside __LINKEDIT (the string
// table is stretched over it), so nothing of the launcher moves and nothing follows the signature.
//
//   launcher │ payload │ zeros to a multiple of 16 │ signature │ end of file = end of __LINKEDIT
import { FormatError } from '../format-error';
import { measureSignature, writeSignature } from './code-signature';
import { hashPages, sizeOf, type PagedPart } from './hash-pages';
import { readMacho, type MachoFile, type MachoSegment } from './read-macho';

export interface SignedMacho {
  /** The launcher with its load commands set. Same length. */
  launcher: Uint8Array<ArrayBuffer>;
  /** What comes after the payload: padding and signature. */
  tail: Uint8Array<ArrayBuffer>;
}

/** What `codesign` and the linkers take. */
const pageSizes = { arm64: 16384, x86_64: 4096 } as const;
const largestFile = 2 ** 32;

/** `launcher`: from prepareMacho, its locator already patched. `identifier`: the file's name. */
export async function signMacho(launcher: Uint8Array, payload: readonly PagedPart[], identifier: string): Promise<SignedMacho> {
  const file = readMacho(launcher);
  const name = toIdentifier(identifier);
  const pageSize = pageSizes[file.arch];
  const end = payload.reduce((sum, part) => sum + sizeOf(part), launcher.length);
  const padding = new Uint8Array(-end & 15);
  const limit = end + padding.length;
  const size = measureSignature(name, limit, pageSize);
  const patched = patchCommands(launcher, file, limit, size);
  const hashes = await hashPages([{ data: patched }, ...payload, { data: padding }], pageSize);
  const signature = await writeSignature({ identifier: name, limit, pageSize, hashes, text: findSegment(file, '__TEXT') });
  const tail = new Uint8Array(padding.length + signature.length);
  tail.set(signature, padding.length);
  return { launcher: patched, tail };
}

/** Size of the whole file that signMacho will make of a launcher and payload that end at `end`. */
export function measureSignedMacho(launcher: Uint8Array, end: number, identifier: string): number {
  const limit = end + (-end & 15);
  return limit + measureSignature(toIdentifier(identifier), limit, pageSizes[readMacho(launcher).arch]);
}

const longestIdentifier = 128;

/** What bundle identifiers are made of: letters, digits, dots and dashes, none of the latter two at an end. */
const toIdentifier = (name: string): string => name.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, longestIdentifier).replace(/^[.-]+|[.-]+$/g, '') || 'app';

function patchCommands(launcher: Uint8Array, file: MachoFile, limit: number, size: number): Uint8Array<ArrayBuffer> {
  const { signature, symtab } = file;
  const linkedit = findSegment(file, '__LINKEDIT');
  assertStretchable(file, linkedit, launcher.length);
  if (limit + size >= largestFile) throw new RangeError('signMacho: a Mach-O file ends below 4 GiB');
  const patched = new Uint8Array(launcher);
  const view = new DataView(patched.buffer);
  const filesize = limit + size - linkedit.fileoff;
  view.setBigUint64(linkedit.at + 32, BigInt(filesize + (-filesize & 0x3fff)), true);
  view.setBigUint64(linkedit.at + 48, BigInt(filesize), true);
  view.setUint32(symtab!.at + 20, limit - symtab!.stroff, true);
  view.setUint32(signature!.at + 8, limit, true);
  view.setUint32(signature!.at + 12, size, true);
  return patched;
}

/** The string table must be the last thing of the last segment, or stretching it would cover something else. */
function assertStretchable(file: MachoFile, linkedit: MachoSegment, end: number): void {
  const { symtab, signature, tablesEnd } = file;
  const isLast = file.segments.every((one) => one.fileoff <= linkedit.fileoff && one.vmaddr <= linkedit.vmaddr);
  if (!signature || !symtab || !isLast || tablesEnd > symtab.stroff || symtab.stroff < linkedit.fileoff || symtab.stroff + symtab.strsize > end) {
    throw new FormatError('Signing the macOS launcher, a __LINKEDIT segment that does not end with its string table was found.', { offset: linkedit.at });
  }
}

function findSegment(file: MachoFile, name: string): MachoSegment {
  const segment = file.segments.find((one) => one.name === name);
  if (!segment) throw new FormatError(`Signing the macOS launcher, no ${name} segment was found.`);
  return segment;
}
