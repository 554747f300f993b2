// Files turn into a tar stream as launcher/FORMAT.md wants it. Test fixture, kept apart from the product's own writer.
const block = 512;

export interface TarFile {
  path: string;
  bytes: Uint8Array;
  executable?: boolean;
  /** Another member type, for hostile layers. */
  type?: string;
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0') + '\0';

const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc((block - (bytes.length % block)) % block)]);

function makeHeader(name: string, size: number, mode: number, type: string): Buffer {
  const header = Buffer.alloc(block);
  header.write(name.slice(0, 100), 0);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(315532800, 11), 136);
  header.write(type, 156);
  header.write('ustar\x0000', 257, 'latin1');
  header.fill(' ', 148, 156);
  header.write(octal(header.reduce((sum, byte) => sum + byte, 0), 6) + ' ', 148);
  return header;
}

function makePax(path: string): Buffer {
  const tail = ` path=${path}\n`;
  const base = Buffer.byteLength(tail);
  const length = base + String(base + String(base).length).length;
  const record = Buffer.from(`${length}${tail}`);
  return Buffer.concat([makeHeader('pax', record.length, 0o644, 'x'), padded(record)]);
}

export function writeTarMember(file: TarFile): Buffer {
  const type = file.type ?? '0';
  const pax = Buffer.byteLength(file.path) > 100 ? makePax(file.path) : Buffer.alloc(0);
  const header = makeHeader(file.path, file.bytes.length, file.executable ? 0o755 : 0o644, type);
  return Buffer.concat([pax, header, padded(file.bytes)]);
}

export const tarEnd = Buffer.alloc(2 * block);
export const writeTar = (files: TarFile[]): Buffer => Buffer.concat([...files.map(writeTarMember), tarEnd]);
