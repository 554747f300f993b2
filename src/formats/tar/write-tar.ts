// Files to a tar archive in the profile of launcher/FORMAT.md: ustar, pax `x` headers for the path only, one mtime, no owner.
// The same files give the same bytes.

export interface TarFile {
  path: string;
  bytes: Uint8Array;
  executable: boolean;
}

const encoder = new TextEncoder();
const block = 512;
/** 1980-01-01, the oldest time that zip can hold, too. */
const mtime = 315532800;

export function writeTar(files: readonly TarFile[]): Uint8Array<ArrayBuffer> {
  const pieces = files.flatMap(({ path, bytes, executable }) => [writeTarHeader(path, bytes.length, executable ? 0o755 : 0o644), bytes, makeTarPadding(bytes.length)]);
  return join([...pieces, tarEnd]);
}

export const tarEnd = new Uint8Array(2 * block);

export const makeTarPadding = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(-size & (block - 1));

/** One block, or three where the path needs a pax header of its own. */
export function writeTarHeader(path: string, size: number, mode: number): Uint8Array<ArrayBuffer> {
  const name = encoder.encode(path);
  if (name.length <= 100 && /^[\x20-\x7e]*$/.test(path)) return writeBlock(name, size, mode, '0');
  const record = writeRecord(`path=${path}\n`);
  const cut = encoder.encode(path.replace(/[^\x20-\x7e]/g, '?')).subarray(0, 100);
  return join([writeBlock(encoder.encode('././@PaxHeader'), record.length, 0o644, 'x'), record, makeTarPadding(record.length), writeBlock(cut, size, mode, '0')]);
}

/** `<length> <text>`, the length counting its own digits. */
function writeRecord(text: string): Uint8Array<ArrayBuffer> {
  const body = encoder.encode(` ${text}`).length;
  let length = body + 1;
  while (body + `${length}`.length !== length) length = body + `${length}`.length;
  return encoder.encode(`${length} ${text}`);
}

function writeBlock(name: Uint8Array, size: number, mode: number, type: string): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(block);
  const put = (at: number, text: string): void => header.set(encoder.encode(text), at);
  header.set(name, 0);
  put(100, octal(mode, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(size, 11));
  put(136, octal(mtime, 11));
  put(148, ' '.repeat(8));
  put(156, type);
  put(257, 'ustar\x0000');
  put(148, `${octal(header.reduce((sum, byte) => sum + byte, 0), 6)}\0 `);
  return header;
}

function octal(value: number, digits: number): string {
  const text = value.toString(8).padStart(digits, '0');
  if (text.length > digits) throw new RangeError(`writeTar: ${value} does not fit ${digits} octal digits`);
  return text;
}

function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
