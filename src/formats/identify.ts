// The first bytes of a file to what kind of file it is and for which processor. Never throws: what is cut short is `unknown`.
export type FileKind = 'elf' | 'pe' | 'macho' | 'zip' | 'gzip' | 'zstd' | 'tar' | 'script' | 'unknown';

export interface Identity {
  kind: FileKind;
  /** Of executables: `x86_64`, `arm64`, `universal`, or undefined where it is another. */
  arch?: string;
}

const elfMachines: Record<number, string> = { 62: 'x86_64', 183: 'arm64', 3: 'x86', 40: 'arm', 243: 'riscv64' };
const peMachines: Record<number, string> = { 0x8664: 'x86_64', 0xaa64: 'arm64', 0x14c: 'x86' };
const machoMachines: Record<number, string> = { 0x01000007: 'x86_64', 0x0100000c: 'arm64' };

export function identify(bytes: Uint8Array): Identity {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u16 = (at: number): number => (at >= 0 && at + 2 <= bytes.length ? view.getUint16(at, true) : -1);
  const u32 = (at: number): number => (at >= 0 && at + 4 <= bytes.length ? view.getUint32(at, true) : -1);
  const first = u32(0);
  if (first === 0x464c457f) return make('elf', elfMachines[u16(18)]);
  if (first === 0xfeedfacf) return make('macho', machoMachines[u32(4)]);
  // A universal file shares its magic with Java classes, whose next four bytes are a version above 40.
  if (first === 0xbebafeca && bytes[7]! < 40) return make('macho', 'universal');
  if (u16(0) === 0x5a4d && u32(u32(0x3c)) === 0x00004550) return make('pe', peMachines[u16(u32(0x3c) + 4)]);
  if (first === 0x04034b50 || first === 0x06054b50) return make('zip');
  if (u16(0) === 0x8b1f) return make('gzip');
  if (first === 0xfd2fb528 || (first >= 0x184d2a50 && first <= 0x184d2a5f)) return make('zstd');
  if (u32(257) === 0x61747375) return make('tar');
  if (u16(0) === 0x2123) return make(u32(bytes.indexOf(0x0a) + 1) === 0x04034b50 ? 'zip' : 'script');
  return make('unknown');
}

const make = (kind: FileKind, arch?: string): Identity => (arch === undefined ? { kind } : { kind, arch });
