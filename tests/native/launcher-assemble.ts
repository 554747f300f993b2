// A committed launcher and layers turn into an executable, by launcher/FORMAT.md alone. Test fixture.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { writeTar, type TarFile } from './launcher-tar';

export const launchers = new URL('../../public/launchers/', import.meta.url);
const magic = Buffer.from('54455252415249554d004c4f430d0a1a', 'hex');
export const locatorSize = 1024;
export const payloadAlignment = 16384;

export interface FixtureLayer {
  name: string;
  mount: 0 | 1;
  bytes: Buffer;
  unpacked: number;
  files: number;
}

export interface FixtureApp {
  target: string;
  interpreter: string;
  layers: FixtureLayer[];
  name?: string;
  flags?: number;
  glibc?: [number, number];
}

export const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

export const compress = (bytes: Uint8Array, ...options: string[]): Buffer =>
  execFileSync('zstd', ['-q', '-3', '-c', '--check', ...options], { input: bytes, maxBuffer: 2 ** 30 });

export function makeLayer(name: string, mount: 0 | 1, files: TarFile[]): FixtureLayer {
  const regular = files.filter((file) => (file.type ?? '0') === '0');
  return { name, mount, bytes: compress(writeTar(files)), files: regular.length, unpacked: regular.reduce((sum, file) => sum + file.bytes.length, 0) };
}

const crcTable = Array.from({ length: 256 }, (_, start) => {
  let crc = start;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});
const crc32 = (bytes: Uint8Array): number => ~bytes.reduce((crc, byte) => (crc >>> 8) ^ crcTable[(crc ^ byte) & 255]!, ~0) >>> 0;

export function makeKeys(app: FixtureApp): { runtime: string; app: string } {
  const digestsOf = (mount: number) => app.layers.filter((layer) => layer.mount === mount).map((layer) => sha256(sha256(layer.bytes)).toString('hex'));
  const runtime = digestsOf(0)[0]!.slice(0, 32);
  const text = ['terrarium-app-1', runtime, ...digestsOf(1), String(app.flags ?? 0), ''].join('\n');
  return { runtime, app: sha256(text).toString('hex').slice(0, 32) };
}

function writeLayer(to: Buffer, layer: FixtureLayer, offset: number): void {
  to.writeBigUInt64LE(BigInt(offset), 0);
  to.writeBigUInt64LE(BigInt(layer.bytes.length), 8);
  to.writeBigUInt64LE(BigInt(layer.unpacked), 16);
  to.writeUInt32LE(layer.files, 24);
  to.writeUInt32LE(layer.mount, 28);
  sha256(sha256(layer.bytes)).copy(to, 32);
  to.write(layer.name, 64);
}

export function writeLocator(app: FixtureApp, offsets: number[], manifest: { offset: number; bytes: Buffer }): Buffer {
  const keys = makeKeys(app);
  const locator = Buffer.alloc(locatorSize);
  magic.copy(locator);
  locator.writeUInt32LE(1, 16);
  locator.writeUInt32LE(locatorSize, 20);
  locator.writeUInt32LE(app.flags ?? 0, 24);
  locator.writeUInt32LE(app.layers.length, 28);
  locator.writeBigUInt64LE(BigInt(manifest.offset + manifest.bytes.length + locatorSize), 32);
  locator.writeBigUInt64LE(BigInt(manifest.offset), 40);
  locator.writeBigUInt64LE(BigInt(manifest.bytes.length), 48);
  locator.write(keys.runtime, 64);
  locator.write(keys.app, 128);
  locator.write(app.interpreter, 192);
  locator.write(app.name ?? 'demo', 256);
  locator.writeUInt16LE(app.glibc?.[0] ?? 0, 320);
  locator.writeUInt16LE(app.glibc?.[1] ?? 0, 322);
  sha256(manifest.bytes).copy(locator, 324);
  app.layers.forEach((layer, i) => writeLayer(locator.subarray(384 + i * 128, 384 + (i + 1) * 128), layer, offsets[i]!));
  return sealLocator(locator);
}

export function sealLocator(locator: Buffer): Buffer {
  locator.writeUInt32LE(crc32(locator.subarray(0, 1020)), 1020);
  return locator;
}

export function findLocator(launcher: Buffer): number {
  const at = launcher.indexOf(magic);
  if (at < 0 || launcher.indexOf(magic, at + 1) >= 0) throw new Error('the magic must be in the launcher exactly once');
  return at;
}

/** `launcher`: another than the committed one. */
export function assemble(app: FixtureApp, launcher = Buffer.from(readFileSync(new URL(app.target, launchers)))): Buffer {
  const start = Math.ceil(launcher.length / payloadAlignment) * payloadAlignment;
  let end = start;
  const offsets = app.layers.map((layer) => (end += layer.bytes.length) - layer.bytes.length);
  const manifest = Buffer.from(JSON.stringify({ format: 1, name: app.name ?? 'demo' }));
  const locator = writeLocator(app, offsets, { offset: end, bytes: manifest });
  locator.copy(launcher, findLocator(launcher));
  return Buffer.concat([launcher, Buffer.alloc(start - launcher.length), ...app.layers.map((layer) => layer.bytes), manifest, locator]);
}

export function writeExecutable(path: string, bytes: Uint8Array): string {
  writeFileSync(path, bytes);
  chmodSync(path, 0o755);
  return path;
}
