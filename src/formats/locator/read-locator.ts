// The 1024 bytes of a locator (launcher/FORMAT.md) to its fields. Reserved bytes must be zero, so that a later version may use them.
import { ByteReader } from '../bytes/byte-reader';
import { crc32 } from '../bytes/crc32';
import { printHex } from '../bytes/hex';
import { layerSlots, locatorMagic, locatorSize, type Locator, type LocatorLayer } from './locator';

const layersAt = 384;
const layerSize = 128;

export function readLocator(bytes: Uint8Array): Locator {
  const reader = new ByteReader(bytes, 'the locator');
  if (bytes.length !== locatorSize) throw reader.error(`${bytes.length} bytes instead of ${locatorSize} were found`, 0);
  if (locatorMagic.some((byte, at) => bytes[at] !== byte)) throw reader.error('something else than its magic was found', 0);
  if (reader.u32(16) !== 1) throw reader.error(`version ${reader.u32(16)} was found, 1 is read here,`, 16);
  if (reader.u32(20) !== locatorSize) throw reader.error('a wrong length was found', 20);
  if (reader.u32(1020) !== crc32(bytes.subarray(0, 1020))) throw reader.error('a CRC that is not that of its content was found', 1020);
  const flags = reader.u32(24);
  if (flags > 7) throw reader.error('unknown flags were found', 24);
  const layerCount = reader.u32(28);
  if (layerCount > layerSlots) throw reader.error(`${layerCount} layers were found, ${layerSlots} are possible,`, 28);
  assertZero(reader, layersAt + layerCount * layerSize, 1020);
  assertZero(reader, 56, 64);
  assertZero(reader, 324, layersAt);
  const [major, minor] = [reader.u16(320), reader.u16(322)];
  return {
    windowed: (flags & 1) !== 0,
    compile: (flags & 2) !== 0,
    selfCommands: (flags & 4) !== 0,
    fileSize: reader.u64(32),
    manifestOffset: reader.u64(40),
    manifestSize: reader.u64(48),
    runtimeKey: readKey(reader, 64),
    appKey: readKey(reader, 128),
    interpreter: reader.paddedText(192, 64),
    name: reader.paddedText(256, 64),
    ...(major > 0 ? { glibc: [major, minor] as [number, number] } : {}),
    layers: Array.from({ length: layerCount }, (_, index) => readLayer(reader, layersAt + index * layerSize)),
  };
}

function readKey(reader: ByteReader, at: number): string {
  const key = reader.paddedText(at, 64);
  if (!/^([0-9a-f]{32})?$/.test(key)) throw reader.error('a key that is not 32 hexadecimal digits was found', at);
  return key;
}

function readLayer(reader: ByteReader, at: number): LocatorLayer {
  const mount = reader.u32(at + 28);
  if (mount > 1) throw reader.error(`the unknown mount ${mount} was found`, at + 28);
  assertZero(reader, at + 96, at + layerSize);
  return {
    offset: reader.u64(at),
    size: reader.u64(at + 8),
    unpacked: reader.u64(at + 16),
    files: reader.u32(at + 24),
    mount: mount === 1 ? 'app' : 'runtime',
    digest: printHex(reader.bytes(at + 32, 32)),
    name: reader.paddedText(at + 64, 32),
  };
}

function assertZero(reader: ByteReader, from: number, to: number): void {
  const found = reader.bytes(from, to - from).findIndex((byte) => byte !== 0);
  if (found >= 0) throw reader.error('a reserved byte that is not zero was found', from + found);
}
