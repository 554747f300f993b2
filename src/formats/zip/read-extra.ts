// The extra field of a zip header (APPNOTE 4.5): zip64 sizes and the Unicode path; other records are only checked for their length.
import { ByteReader } from '../bytes/byte-reader';
import { crc32 } from '../bytes/crc32';

export interface Wide {
  size: number;
  compressedSize: number;
  /** Central headers only. */
  localOffset?: number;
}

const none = new ByteReader(new Uint8Array(), 'an empty extra field');

export const makeExtraReader = (header: ByteReader, at: number, length: number): ByteReader =>
  length === 0 ? none : new ByteReader(header.bytes(at, length), 'the extra field of a member of the zip archive', true, header.base + at);

const sentinel = 0xffffffff;

/** `fields` as in the header; those that say "see zip64" are replaced. Throws where they are not there, or more than they are. */
export function readWide(extra: ByteReader, fields: Wide): Wide {
  const at = findRecord(extra, 0x0001);
  if (fields.size !== sentinel && fields.compressedSize !== sentinel && fields.localOffset !== sentinel) return fields;
  const wanted = Object.entries(fields).filter(([, value]) => value === sentinel);
  if (at === undefined) throw extra.error('a missing zip64 record was found', 0);
  const length = extra.u16(at + 2);
  if (length !== 8 * wanted.length) throw extra.error(`a zip64 record of ${length} bytes instead of ${8 * wanted.length} was found`, at);
  return { ...fields, ...Object.fromEntries(wanted.map(([name], index) => [name, extra.u64(at + 4 + 8 * index)])) };
}

/** Info-ZIP's Unicode path, where it is meant for this very name. */
export function findUnicodePath(extra: ByteReader, rawName: Uint8Array): string | undefined {
  const at = findRecord(extra, 0x7075);
  if (at === undefined) return undefined;
  const length = extra.u16(at + 2);
  if (length < 5 || extra.u8(at + 4) !== 1 || extra.u32(at + 5) !== crc32(rawName)) return undefined;
  return extra.utf8(at + 9, length - 5);
}

/** Offset of the only record with this id. Walks all of them, so that a damaged field is found whatever it holds. */
function findRecord(extra: ByteReader, id: number): number | undefined {
  let found: number | undefined;
  for (let at = 0; at < extra.size; ) {
    const length = extra.u16(at + 2);
    extra.bytes(at + 4, length);
    if (extra.u16(at) === id) {
      if (found !== undefined) throw extra.error('two records of the same kind were found', at);
      found = at;
    }
    at += 4 + length;
  }
  return found;
}
