// The locator: what a launcher knows of its payload, 1024 bytes, written, read and found. Fields as in launcher/FORMAT.md, version 1.
import { ByteReader } from '../bytes/byte-reader';
import { ByteWriter } from '../bytes/byte-writer';
import { crc32 } from '../bytes/crc32';
import { parseHex, printHex } from '../bytes/hex';

export interface LocatorLayer {
  offset: number;
  size: number;
  unpacked: number;
  files: number;
  /** 0 in the runtime's folder, 1 in the app's. */
  mount: 0 | 1;
  /** Hex. */
  digest: string;
  name: string;
}

export interface Locator {
  /** Of `locatorFlags`. */
  flags: number;
  fileSize: number;
  manifestOffset: number;
  manifestSize: number;
  /** 32 hex digits. */
  runtimeKey: string;
  appKey: string;
  interpreter: string;
  name: string;
  /** 0.0 where it has no meaning. */
  glibcMajor: number;
  glibcMinor: number;
  /** SHA-256 of the manifest, hex. */
  manifestDigest: string;
  layers: LocatorLayer[];
}

export const locatorFlags = { windowed: 1, compile: 2, selfCommands: 4 } as const;
export const locatorLength = 1024;
const magic = Uint8Array.from('TERRARIUM\0LOC\r\n\x1a', (character) => character.charCodeAt(0));
const layersAt = 384;
const layerSize = 128;
const layerSlots = 4;
const crcAt = locatorLength - 4;
const knownFlags = 7;
const controls = /[\0-\x1f]/g;

/** Throws RangeError where a text or the layers do not fit their fields. The name is for messages only and is cut instead. */
export function writeLocator(locator: Locator): Uint8Array<ArrayBuffer> {
  if (locator.layers.length > layerSlots) throw new RangeError(`writeLocator: ${locator.layers.length} layers, the format has ${layerSlots}`);
  const out = new ByteWriter(locatorLength);
  out.put(magic).u32(1).u32(locatorLength).u32(locator.flags).u32(locator.layers.length);
  out.u64(locator.fileSize).u64(locator.manifestOffset).u64(locator.manifestSize).u64(0);
  out.paddedText(locator.runtimeKey, 64).paddedText(locator.appKey, 64).paddedText(locator.interpreter, 64).paddedText(cut(locator.name.replace(controls, ' '), 63), 64);
  out.u16(locator.glibcMajor).u16(locator.glibcMinor).put(locator.manifestDigest ? parseHex(locator.manifestDigest) : new Uint8Array(32)).skip(28);
  for (const layer of locator.layers) writeLayer(out, layer);
  out.skip(crcAt - out.at);
  return out.u32(crc32(out.bytes.subarray(0, crcAt))).bytes;
}

function writeLayer(out: ByteWriter, layer: LocatorLayer): void {
  out.u64(layer.offset).u64(layer.size).u64(layer.unpacked).u32(layer.files).u32(layer.mount);
  out.put(parseHex(layer.digest)).paddedText(layer.name, 32).skip(32);
}

function cut(text: string, bytes: number): string {
  const encoder = new TextEncoder();
  const characters = Array.from(text);
  while (encoder.encode(characters.join('')).length > bytes) characters.pop();
  return characters.join('');
}

/** Refuses what the launcher refuses (launcher/golden), in the same order. Reserved bytes must be zero, so that a later version may use them. */
export function readLocator(bytes: Uint8Array): Locator {
  const reader = new ByteReader(bytes, 'the locator');
  assertFrame(reader);
  const flags = reader.u32(24);
  if (flags > knownFlags) throw reader.error('unknown flags were found', 24);
  const count = reader.u32(28);
  if (count === 0 || count > layerSlots) throw reader.error(`${count} layers where 1 to ${layerSlots} are possible were found`, 28);
  assertZero(reader, 56, 64);
  assertZero(reader, 356, layersAt);
  assertZero(reader, layersAt + count * layerSize, crcAt);
  const locator = readFields(reader, flags, count);
  checkPlaces(reader, locator);
  return locator;
}

function readFields(reader: ByteReader, flags: number, count: number): Locator {
  return {
    flags,
    fileSize: reader.u64(32),
    manifestOffset: reader.u64(40),
    manifestSize: reader.u64(48),
    runtimeKey: readKey(reader, 64),
    appKey: readKey(reader, 128),
    interpreter: readInterpreter(reader, 192),
    name: readText(reader, 256, 64),
    glibcMajor: reader.u16(320),
    glibcMinor: reader.u16(322),
    manifestDigest: printHex(reader.bytes(324, 32)),
    layers: Array.from({ length: count }, (_, index) => readLayer(reader, layersAt + index * layerSize)),
  };
}

function assertFrame(reader: ByteReader): void {
  if (reader.size !== locatorLength) throw reader.error(`${reader.size} bytes where ${locatorLength} belong were found`, 0);
  if (!isMagic(reader.bytes(0, magic.length), 0)) throw reader.error('something else than its magic was found', 0);
  if (reader.u32(16) !== 1) throw reader.error(`version ${reader.u32(16)} where 1 is known was found`, 16);
  if (reader.u32(20) !== locatorLength) throw reader.error('a wrong length was found', 20);
  if (reader.u32(crcAt) !== crc32(reader.bytes(0, crcAt))) throw reader.error('a checksum that is not that of its content was found', crcAt);
}

function readKey(reader: ByteReader, at: number): string {
  const key = reader.paddedText(at, 64);
  if (!/^[0-9a-f]{32}$/.test(key)) throw reader.error('a key that is not 32 hexadecimal digits was found', at);
  return key;
}

function readText(reader: ByteReader, at: number, length: number): string {
  const text = reader.paddedText(at, length);
  if (!reader.bytes(at, length).includes(0)) throw reader.error('a name or path that does not end was found', at);
  if (text === '' || text.search(controls) >= 0) throw reader.error('no name, or one with control characters, was found', at);
  return text;
}

function readInterpreter(reader: ByteReader, at: number): string {
  const path = readText(reader, at, 64);
  if (path.startsWith('/') || path.endsWith('/') || path.includes('..')) throw reader.error('an interpreter outside the runtime was found', at);
  return path;
}

function checkPlaces(reader: ByteReader, { fileSize, manifestOffset, manifestSize, layers }: Locator): void {
  if (manifestOffset + manifestSize > fileSize) throw reader.error('a manifest that lies outside the file was found', 40);
  const outside = layers.findIndex((layer) => layer.offset + layer.size > fileSize);
  if (outside >= 0) throw reader.error('a layer that lies outside the file was found', layersAt + outside * layerSize);
}

function readLayer(reader: ByteReader, at: number): LocatorLayer {
  const mount = reader.u32(at + 28);
  if (mount !== 0 && mount !== 1) throw reader.error(`the unknown mount ${mount} was found`, at + 28);
  assertZero(reader, at + 96, at + layerSize);
  return {
    offset: reader.u64(at),
    size: reader.u64(at + 8),
    unpacked: reader.u64(at + 16),
    files: reader.u32(at + 24),
    mount,
    digest: printHex(reader.bytes(at + 32, 32)),
    name: readText(reader, at + 64, 32),
  };
}

function assertZero(reader: ByteReader, from: number, to: number): void {
  const found = reader.bytes(from, to - from).findIndex((byte) => byte !== 0);
  if (found >= 0) throw reader.error('a reserved byte that is not zero was found', from + found);
}

/** Where the first locator begins: in a finished file the launcher's; its copy comes after. */
export function findLocator(file: Uint8Array, from = 0): number | undefined {
  for (let at = file.indexOf(magic[0]!, from); at >= 0; at = file.indexOf(magic[0]!, at + 1)) {
    if (isMagic(file, at)) return at;
  }
  return undefined;
}

const isMagic = (bytes: Uint8Array, at: number): boolean => magic.every((byte, index) => bytes[at + index] === byte);
