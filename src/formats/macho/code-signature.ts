// An ad-hoc code signature (Apple's cs_blobs.h; CodeDirectory version 0x20400), in the shape that `codesign -s -` gives. Big-endian.
//
//   SuperBlob: magic, length, count 3, (type, offset) × 3 │ CodeDirectory │ Requirements, empty │ CMS, empty │ zeros to a multiple of 16
//   CodeDirectory: header, 88 │ identifier, NUL │ special hashes: requirements, Info.plist │ page hashes
import { ByteWriter } from '../bytes/byte-writer';
import { sha256Bytes } from '../bytes/sha256';

export interface CodeSignature {
  identifier: string;
  /** All bytes before the signature. */
  limit: number;
  pageSize: number;
  /** 32 bytes per page, the last page unpadded. */
  hashes: Uint8Array;
  /** Of __TEXT. */
  text: { fileoff: number; filesize: number };
}

const hashSize = 32;
const headerSize = 88;
const specialSlots = 2;
const superHeaderSize = 12 + 3 * 8;
const adhoc = 2;
const mainBinary = 1;
const requirements = new ByteWriter(12, false).u32(0xfade0c01).u32(12).u32(0).bytes;
const cms = new ByteWriter(8, false).u32(0xfade0b01).u32(8).bytes;

const hashOffset = (identifier: string): number => headerSize + new TextEncoder().encode(identifier).length + 1 + specialSlots * hashSize;
const directorySize = (identifier: string, limit: number, pageSize: number): number => hashOffset(identifier) + hashSize * Math.ceil(limit / pageSize);

/** Known before the content is, so that load commands can be written before pages are hashed. */
export function measureSignature(identifier: string, limit: number, pageSize: number): number {
  const length = superHeaderSize + directorySize(identifier, limit, pageSize) + requirements.length + cms.length;
  return length + (-length & 15);
}

export async function writeSignature(signature: CodeSignature): Promise<Uint8Array<ArrayBuffer>> {
  const { identifier, limit, pageSize } = signature;
  const directory = await writeDirectory(signature);
  const blobs: [type: number, blob: Uint8Array][] = [[0, directory], [2, requirements], [0x10000, cms]];
  const length = superHeaderSize + blobs.reduce((sum, [, blob]) => sum + blob.length, 0);
  const out = new ByteWriter(measureSignature(identifier, limit, pageSize), false);
  out.u32(0xfade0cc0).u32(length).u32(blobs.length);
  let at = superHeaderSize;
  for (const [type, blob] of blobs) {
    out.u32(type).u32(at);
    at += blob.length;
  }
  for (const [, blob] of blobs) out.put(blob);
  return out.bytes;
}

async function writeDirectory({ identifier, limit, pageSize, hashes, text }: CodeSignature): Promise<Uint8Array<ArrayBuffer>> {
  const pages = Math.ceil(limit / pageSize);
  const isWide = limit >= 2 ** 32;
  if (hashes.length !== pages * hashSize) throw new RangeError(`writeSignature: ${hashes.length / hashSize} hashes for ${pages} pages`);
  const out = new ByteWriter(directorySize(identifier, limit, pageSize), false);
  out.u32(0xfade0c02).u32(out.bytes.length).u32(0x20400).u32(adhoc);
  out.u32(hashOffset(identifier)).u32(headerSize).u32(specialSlots).u32(pages);
  // With codeLimit64 set, codeLimit says nothing but must not be smaller.
  out.u32(isWide ? 2 ** 32 - 1 : limit);
  out.put(Uint8Array.of(hashSize, 2, 0, Math.log2(pageSize)));
  out.u32(0).u32(0).u32(0).u32(0);
  out.u64(isWide ? limit : 0);
  out.u64(text.fileoff).u64(text.filesize).u64(mainBinary);
  out.put(new TextEncoder().encode(`${identifier}\0`));
  return out.put(await sha256Bytes(requirements)).skip(hashSize).put(hashes).bytes;
}
