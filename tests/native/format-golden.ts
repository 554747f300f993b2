// The files of launcher/golden: what they are made of, by the product's own writer, and how they become an executable.
import { readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Frame, Ingredients } from '../../src/model/ingredients';
import type { Manifest } from '../../src/model/manifest';
import executable from '../../src/outputs/executable';
import { findTarget } from '../../src/targets/registry';
import { compress, findLocator, launchers, locatorSize, sha256 } from './launcher-assemble';
import { tarEnd, writeTarMember, type TarFile } from './launcher-tar';

/** Where each payload begins in its executable. */
export const payloadAt = 262144;
const folder = new URL('../../launcher/golden/', import.meta.url);

interface Expected {
  payloads: Record<string, { accepted: boolean; launcher?: string; inspect?: string }>;
  locators: Record<string, { accepted?: true; reason?: string; change?: Record<string, string> }>;
}
export const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Expected;
export const readGolden = (name: string): Buffer => readFileSync(new URL(name, folder));

const text = (path: string, content: string, executable = false): TarFile => ({ path, bytes: Buffer.from(content), executable });
const skippable = Buffer.concat([Buffer.from('502a4d18', 'hex'), Buffer.from([24, 0, 0, 0]), Buffer.alloc(24)]);

export const members = {
  runtime: [text('bin/python3.14', '#!/bin/sh\necho golden "$@"\n', true), text('lib/python3.14/encodings/__init__.py', '')],
  app: [text('app/golden.py', 'x = 1\n'), text(`app/${'deep/'.repeat(25)}file.txt`, 'a path of more than 100 bytes\n')],
  boot: [text('boot.py', 'pass\n'), text('python3.14._pth', 'lib/python3.14\n'), text('self.py', 'pass\n')],
};
const pack = (files: TarFile[], end: Buffer): Buffer => compress(Buffer.concat([...files.map(writeTarMember), end]));

/** The three parts: anew, for which another zstd may give other bytes, or as they lie in a payload. */
const makeParts = (): Buffer[] => [Buffer.concat([pack(members.runtime, tarEnd), skippable]), pack(members.app, Buffer.alloc(0)), pack(members.boot, tarEnd)];

export function cutParts(payload: Buffer): Buffer[] {
  const at = payload.length - locatorSize;
  const [start, size] = [40, 48].map((field) => Number(payload.readBigUInt64LE(at + field)));
  const manifest = JSON.parse(payload.toString('utf8', start! - payloadAt, start! - payloadAt + size!)) as Manifest;
  let from = 0;
  return manifest.layers.flatMap((layer) => layer.parts).map((part) => payload.subarray(from, (from += part.size)));
}

function frameOf(bytes: Buffer, files: TarFile[]): Frame {
  const unpacked = files.reduce((sum, file) => sum + file.bytes.length, 0);
  return { sha256: sha256(bytes).toString('hex'), size: bytes.length, files: files.length, unpacked, blob: new Blob([new Uint8Array(bytes)]) } as unknown as Frame;
}

/** Nothing but a slot: the manifest names the launcher's digest, which must not change with every build. */
function makeStub(): Uint8Array {
  const stub = new Uint8Array(payloadAt);
  stub.set(Buffer.from('TERRARIUM\0LOC\r\n\x1a', 'latin1'), 64);
  return stub;
}

/** What the writer of executables makes of these parts, from the payload on. */
export async function packGolden([core, app, boot]: Buffer[]): Promise<Buffer> {
  const entry = { name: 'golden', kind: 'function', value: 'golden:main', windowed: false, origin: 'a test' };
  const runtime = { format: 1, python: '3.14.6', series: '3.14', target: 'linux-x86_64', source: 'made up', interpreter: 'bin/python3.14', pthName: 'python3.14._pth', minimum: { glibc: '2.17' } };
  const { blob, ...group } = frameOf(core!, members.runtime);
  const target = {
    target: findTarget('linux-x86_64'), compiled: true, wheels: [], runtime, groups: [{ ...group, name: 'core', required: true, modules: [] }], groupBlobs: [blob], groupPages: [undefined],
    launcher: makeStub(), app: frameOf(app!, members.app), boot: frameOf(boot!, members.boot),
  };
  const all = { name: 'golden', version: '1.0', python: '3.14', entry, commands: [entry], lock: 'lock-version = "1.0"\n', appWheel: { filename: 'golden-1.0-py3-none-any.whl' }, targets: [target] };
  const planned = await executable.plan(all as unknown as Ingredients);
  if (!planned.ok) throw new Error(planned.failure.message);
  const joined = await executable.assemble(planned.value[0]!);
  if (!joined.ok) throw new Error(joined.failure.message);
  return Buffer.from(await joined.value.arrayBuffer()).subarray(payloadAt);
}

export function changeLocator(locator: Buffer, change: Record<string, string> = {}): Buffer {
  const changed = Buffer.from(locator);
  for (const [at, bytes] of Object.entries(change)) changed.set(Buffer.from(bytes, 'hex'), Number(at));
  if (!('1020' in change)) changed.writeUInt32LE(crc32(changed.subarray(0, 1020)), 1020);
  return changed;
}

/** A whole file: the launcher as committed, with this locator in it. */
export function wrapPayload(payload: Buffer, locator = payload.subarray(-locatorSize)): Buffer {
  const launcher = Buffer.from(readFileSync(new URL('linux-x86_64', launchers)));
  locator.copy(launcher, findLocator(launcher));
  return Buffer.concat([launcher, Buffer.alloc(payloadAt - launcher.length), payload]);
}

/** With UPDATE=1. */
export async function writeGolden(): Promise<void> {
  const whole = await packGolden(makeParts());
  const flipped = Buffer.from(whole);
  const boot = cutParts(whole).slice(0, 2).reduce((sum, part) => sum + part.length, 0);
  flipped[boot + 30]! ^= 1;
  writeFileSync(new URL('whole.payload', folder), whole);
  writeFileSync(new URL('truncated.payload', folder), whole.subarray(0, -100));
  writeFileSync(new URL('flipped-bit.payload', folder), flipped);
  for (const [name, { change }] of Object.entries(expected.locators)) writeFileSync(new URL(name, folder), changeLocator(whole.subarray(-locatorSize), change));
}
