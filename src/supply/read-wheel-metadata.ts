// A wheel, near or far → the text of its METADATA.
import { FormatError } from '../formats/format-error';
import type { ByteSource } from '../formats/bytes/byte-source';
import { findMember } from '../formats/zip/find-member';

export async function readWheelMetadata(source: ByteSource): Promise<Uint8Array> {
  const found = await findMember(source, (path) => /^[^/]+\.dist-info\/METADATA$/.test(path));
  if (!found) throw new FormatError('it has no .dist-info/METADATA');
  return found.bytes;
}
