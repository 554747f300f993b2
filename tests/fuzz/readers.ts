// Every reader of bytes that others made → samples that it takes, words of its format, and what is called. To add one: a line in `readers`.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { inspectFile } from '../../src/artifact/inspect-file';
import { parseManifest } from '../../src/artifact/parse-manifest';
import { makeByteSource } from '../../src/formats/bytes/byte-source';
import { inflate } from '../../src/formats/deflate/inflate';
import { findLeastGlibc } from '../../src/formats/elf/find-least-glibc';
import { readElf } from '../../src/formats/elf/read-elf';
import { readIcon } from '../../src/formats/icon/read-icon';
import { identify } from '../../src/formats/identify';
import { findLocator, readLocator, writeLocator, type Locator } from '../../src/formats/locator/locator';
import { prepareMacho } from '../../src/formats/macho/prepare-macho';
import { readMacho } from '../../src/formats/macho/read-macho';
import { preparePe } from '../../src/formats/pe/prepare-pe';
import { readResources } from '../../src/formats/pe/read-resources';
import { parsePax } from '../../src/formats/tar/parse-pax';
import { readGzip } from '../../src/formats/tar/read-gzip';
import { readTar } from '../../src/formats/tar/read-tar';
import { findMember } from '../../src/formats/zip/find-member';
import { readMember } from '../../src/formats/zip/read-member';
import { readZip } from '../../src/formats/zip/read-zip';
import type { Outcome } from '../../src/model/failure';
import { readCoreMetadata } from '../../src/outputs/executable/read-core-metadata';
import { readProject } from '../../src/project/read-project';
import type { Assets } from '../../src/supply/assets';
import { checkListing, isPage } from '../../src/supply/check-listing';
import { findAnswer } from '../../src/supply/kept-answer';
import { makeLaunchers } from '../../src/supply/launchers-client';
import { readConfig } from '../../src/supply/read-config';
import { readWheelMetadata } from '../../src/supply/read-wheel-metadata';
import { findRetryAfter } from '../../src/supply/retry-after';
import { makeRuntimes } from '../../src/supply/runtimes-client';
import { checkUrl } from '../../src/supply/url-rules';
import { success } from '../../src/model/failure';
import { makeTar, tarHeader } from '../fixtures/broken/make-tar';
import { makeExtra, makeZip, u64, type Frame, type Member } from '../fixtures/broken/make-zip';
import { makeTinyWheel } from '../fixtures/wheels/make-tiny-wheel';
import { makeBitmap, makeChunk, makeIco, makePaletteBitmap, makePng } from '../unit/formats/make-ico';
import type { Random } from './random';

export interface Reader {
  name: string;
  samples: readonly Uint8Array[];
  tokens?: readonly (string | Uint8Array)[];
  /** A sample made for this try: right, or one that lies in fields that no change of bytes would hit together. */
  make?: (random: Random) => Uint8Array;
  /** Puts checksums right again, so that what lies behind them is read. */
  mend?: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** Throws FormatError, or returns; an Outcome is looked at. */
  read: (bytes: Uint8Array<ArrayBuffer>) => unknown;
}

const text = (content: string): Uint8Array => Uint8Array.from(Buffer.from(content));
const quiet = { report() {}, signal: new AbortController().signal };
const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const launcher = (target: string): Uint8Array => new Uint8Array(readFileSync(`public/launchers/${target}`));

const long = 'terrarium '.repeat(400);
const wide: Member = { name: 'w', content: 'wide', size: 0xffffffff, compressedSize: 0xffffffff, extra: makeExtra(1, Buffer.concat([u64(4), u64(4)])) };
const members: Member[] = [
  { name: 'p/__init__.py', content: 'x = 1\n' }, { name: 'p/long.py', content: long, deflate: true, descriptor: 16 }, { name: 'd/', content: '', mode: 0o040755 },
  wide, { name: 'é.txt', content: 'é', flags: 0x800, mode: 0o100755 }, { name: 'inner.zip', content: Buffer.from(makeZip([{ name: 'a', content: 'a' }])) },
];
const zips = [makeZip(members), makeZip(members.slice(0, 2), { zip64: true, comment: Buffer.from('comment') })];
const zipTokens = ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07', 'PK\x07\x08', '../', '/', '\\', 'CON', 'a.py', '\x01\x00\x10\x00', '\x75\x70\x09\x00'];

const fieldNumbers = [0, 1, 8, 20, 45, 0x800, 9, 99, 0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff];
const oddNames = ['a', 'A', 'a/b', 'a//b', './a', '../a', '/a', 'C:a', 'a\\b', 'aux', 'a.', 'e\u0301', '\u00e9', '', 'a/', 'x'.repeat(300), `${'d/'.repeat(60)}x`];

/** Local header, central directory, descriptor and end record, each with fields of its own choice. */
function makeLyingZip(random: Random): Uint8Array {
  const lie = (field: string): object => (random.once(3) ? { [field]: random.pick(fieldNumbers) } : {});
  const own = Array.from({ length: random.below(5) }, (): Member => {
    const member: Member = { ...random.pick(members), ...(random.once(2) ? { name: random.pick(oddNames) } : {}) };
    const lies = random.once(3) ? { ...lie('flags'), ...lie('method'), ...lie('crc'), ...lie('size'), ...lie('compressedSize') } : {};
    return {
      ...member, ...lies, ...(random.once(6) ? { local: { ...lie('size'), ...lie('compressedSize'), ...lie('flags') } } : {}),
      ...(random.once(6) ? { descriptor: random.pick([12, 16, 20, 24] as const) } : {}), ...(random.once(8) ? { listed: random.pick([0, 2] as const) } : {}),
      ...(random.once(8) ? { offset: random.pick([0, 1, 30, 0xffffffff]) } : {}), ...(random.once(8) ? { gap: random.below(40) } : {}), ...(random.once(8) ? { attributes: random.below(2 ** 32) } : {}),
    };
  });
  const frame: Frame = random.once(3) ? { ...lie('count'), ...lie('directoryOffset'), ...lie('directorySize'), ...lie('commentLength'), zip64: random.once(2), zip64Fields: { ...lie('at'), ...lie('count'), ...lie('size'), ...lie('offset') } } : {};
  return makeZip(own, frame);
}

async function readWholeZip(bytes: Uint8Array): Promise<void> {
  const source = makeByteSource(bytes);
  for (const entry of await readZip(source, { allowBackslash: true })) await readMember(source, entry);
}

const tarSpecs = [{ name: 'p-1/', content: '', type: '5' }, { name: 'p-1/a.py', content: 'x = 1\n' }, { name: 'p-1/link', content: '', type: '2', target: 'a.py' }];
const paxRecord = (field: string): string => {
  const size = Buffer.byteLength(field) + 2;
  const whole = size + `${size + `${size}`.length}`.length;
  return `${whole} ${field}\n`;
};
const pax = ['path=p-1/ü/name.py', 'linkpath=elsewhere', 'comment=nothing'].map(paxRecord).join('');
const tars = [makeTar(tarSpecs), makeTar([{ name: 'h', content: pax, type: 'x' }, { name: 'p', content: '' }, { name: 'L', content: `${'dir/'.repeat(36)}x\0`, type: 'L' }, { name: 'q', content: 'q' }])];

/** Every block that has the magic gets the checksum that its bytes give. */
function sealTar(bytes: Uint8Array<ArrayBuffer>): void {
  const whole = Buffer.from(bytes.buffer);
  for (let at = 0; at + 512 <= whole.length; at += 512) if (whole.toString('latin1', at + 257, at + 262) === 'ustar') tarHeader.seal(whole, at);
}

const locator: Locator = {
  flags: 0, fileSize: 4096, manifestOffset: 2048, manifestSize: 0, runtimeKey: '0'.repeat(32), appKey: 'f'.repeat(32), interpreter: 'bin/python3.14', name: 'tool',
  glibcMajor: 2, glibcMinor: 17, manifestDigest: '0'.repeat(64),
  layers: [{ offset: 0, size: 1, unpacked: 1, files: 1, mount: 0, digest: '0'.repeat(64), name: 'runtime' }, { offset: 1, size: 2, unpacked: 9, files: 2, mount: 1, digest: '1'.repeat(64), name: 'app' }],
};
const locatorBytes = writeLocator(locator);

function sealLocator(bytes: Uint8Array<ArrayBuffer>): void {
  const at = findLocator(bytes);
  if (at === undefined || at + 1024 > bytes.length) return;
  new DataView(bytes.buffer).setUint32(at + 1020, crc32(bytes.subarray(at, at + 1020)), true);
  // The copy at the end is what the first says.
  const size = Number(new DataView(bytes.buffer).getBigUint64(at + 32, true));
  if (size >= at + 2048 && size <= bytes.length) bytes.copyWithin(size - 1024, at, at + 1024);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const digest = sha256(Buffer.from('\x7f', 'latin1'));
const manifest = {
  format: 1, name: 'tool', version: '1.0', python: '3.14.6', target: 'linux-x86_64', entry: 'tool', commands: [{ name: 'tool', kind: 'module', value: 'tool', windowed: false, origin: 'given' }],
  layers: [{ name: 'runtime', mount: 'runtime', size: 1, unpacked: 1, files: 1, digest: sha256(Buffer.from(digest, 'hex')), offset: 0, parts: [{ id: 'core', size: 1, sha256: digest, reason: 'always' }] }],
  minimum: { glibc: '2.17' }, provenance: { launcher: digest, runtime: 'somewhere' }, lock: '',
};
const manifestText = text(JSON.stringify(manifest));

function makeExecutable(): Uint8Array {
  const size = 64 + 1024 + manifestText.length + 1024;
  const manifestDigest = sha256(manifestText);
  const layer = { ...locator.layers[0]!, digest: manifest.layers[0]!.digest };
  const own = writeLocator({ ...locator, fileSize: size, manifestOffset: 1088, manifestSize: manifestText.length, manifestDigest, layers: [layer] });
  return Buffer.concat([Buffer.from('\x7fELF'.padEnd(64, '\0'), 'latin1'), own, manifestText, own]);
}

/** PNG chunks get their CRC. */
function sealPng(bytes: Uint8Array<ArrayBuffer>): void {
  const view = new DataView(bytes.buffer);
  for (let at = Buffer.from(bytes.buffer).indexOf('IHDR') - 4; at >= 4 && at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) return;
    view.setUint32(at + 8 + length, crc32(bytes.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
}

const icons = [makeIco([{ width: 16, bytes: makeBitmap(16, [0, 0, 255, 255]) }, { width: 16, bytes: makePaletteBitmap(16, 4) }]), makeIco([{ width: 48, bytes: makePng({ width: 48 }) }]), makePng({ width: 32, depth: 8, colourType: 3, between: [makeChunk('PLTE', Buffer.alloc(3 * 256))] }), makePng({ width: 16, interlaced: true, pixels: Buffer.alloc(1054) })];

const wheel = makeTinyWheel('plotter', '1.0', { files: { 'plotter/__init__.py': 'x = 1\n', 'plotter/data.txt': long }, requires: ['click>=8'] });
const listings = [
  text(JSON.stringify({ meta: { 'api-version': '1.1' }, name: 'plotter', files: [{ filename: wheel.filename, url: 'x.whl', hashes: { sha256: wheel.sha256 }, yanked: false }] })),
  text(`<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.1"></head><body><a href="x.whl#sha256=${wheel.sha256}">x</a></body></html>`),
];
const coreMetadata = text('Metadata-Version: 2.4\nName: plotter\nVersion: 1.0\nSummary: Draws\n  lines\nAuthor-email: Jane <jane@x.example>, "Doe, Joe" <joe@x.example>\nClassifier: License :: OSI Approved :: MIT License\n\nBody\n');
const config = text(JSON.stringify({ format: 1, indexes: [{ name: 'main', url: 'https://index.example/simple' }], gateway: null }));
const json = ['{', '}', '[', ']', ':', ',', 'null', 'true', '""', '1e400', '"__proto__"', '"constructor"', '\\ud800'];
const assetsOf = (bytes: Uint8Array<ArrayBuffer>): Assets => ({ read: async () => success(new Blob([bytes])) });

const listing = (bytes: Uint8Array<ArrayBuffer>, type: string): Outcome<string> =>
  checkListing({ status: 200, url: 'https://index.example/simple/plotter/', headers: new Headers({ 'content-type': type }), opaqueHeaders: false, bytes, sha256: async () => sha256(bytes) }, 'plotter');

const keptLine = (content: string): Uint8Array => text(`${JSON.stringify({ format: 1, sha256: '7d5c8a1f', url: 'https://index.example/', contentType: 'text/html', fetched: 1, freshFor: 2 })}\n${content}`);

/** The first 64 KiB of the launchers: their headers, and the tables that these point to. */
const [windows, arm64, macos] = ['windows-x86_64', 'linux-arm64', 'macos-arm64'].map(launcher) as [Uint8Array, Uint8Array, Uint8Array];
const drop = (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Outcome<unknown>> => readProject({ kind: 'file', name, blob: new Blob([bytes]) }, quiet);

/** A dynamically linked library in miniature: a loadable segment that is the whole file, needed names and versions. */
function makeElf(): Uint8Array {
  const file = Buffer.alloc(0x400);
  file.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  [[16, 3], [18, 62], [54, 56], [56, 3]].forEach(([at, value]) => file.writeUInt16LE(value!, at));
  file.writeBigUInt64LE(64n, 32);
  const segment = (index: number, type: number, offset: number, size: number): void => {
    file.writeUInt32LE(type, 64 + 56 * index);
    [[8, offset], [16, offset], [32, size]].forEach(([at, value]) => file.writeBigUInt64LE(BigInt(value!), 64 + 56 * index + at!));
  };
  segment(0, 1, 0, 0x400);
  segment(1, 2, 0x100, 0x80);
  segment(2, 3, 0x380, 16);
  [[1, 1], [5, 0x200], [10, 0x40], [0x6ffffffe, 0x280], [0x6fffffff, 1], [0, 0]].forEach(([tag, value], index) => {
    file.writeBigUInt64LE(BigInt(tag!), 0x100 + 16 * index);
    file.writeBigUInt64LE(BigInt(value!), 0x108 + 16 * index);
  });
  file.write('\0libc.so.6\0GLIBC_2.17\0', 0x200, 'latin1');
  file.writeUInt16LE(1, 0x280);
  file.writeUInt16LE(1, 0x282);
  [[4, 1], [8, 16], [24, 11]].forEach(([at, value]) => file.writeUInt32LE(value!, 0x280 + at!));
  file.write('/lib/ld.so', 0x380, 'latin1');
  return file;
}

export const readers: readonly Reader[] = [
  { name: 'zip', samples: zips, tokens: zipTokens, make: makeLyingZip, read: readWholeZip },
  { name: 'zip-member', samples: zips, tokens: zipTokens, make: makeLyingZip, read: (bytes) => findMember(makeByteSource(bytes), (path) => path.endsWith('.py')) },
  { name: 'wheel', samples: [wheel.bytes], tokens: zipTokens, read: (bytes) => readWheelMetadata(makeByteSource(bytes)) },
  { name: 'zipapp', samples: [makeZip([{ name: '__main__.py', content: 'x' }], { prefix: Buffer.from('#!/usr/bin/env python3\n') })], tokens: zipTokens, read: (bytes) => inspectFile('x.pyz', new Blob([bytes])) },
  { name: 'project', samples: zips, tokens: zipTokens, make: makeLyingZip, read: (bytes) => drop('project.zip', bytes) },
  { name: 'inflate', samples: [deflateRawSync(long), deflateRawSync(Buffer.from(Uint8Array.from({ length: 4000 }, (_, index) => (index * index) >>> 5))), deflateRawSync(Buffer.from(long), { strategy: 4 }), deflateRawSync(long, { level: 0 })], read: (bytes) => inflate(bytes, 4000, 'the stream') },
  { name: 'gzip', samples: [gzipSync(long), gzipSync(Buffer.alloc(3000))], tokens: ['\x1f\x8b\x08'], read: (bytes) => readGzip(bytes) },
  { name: 'tar', samples: tars, tokens: ['ustar\x0000', 'ustar  \0', '../', '/', '\x80\0\0\0', '77777777777'], mend: sealTar, read: (bytes) => readTar(bytes) },
  { name: 'pax', samples: [text(pax)], tokens: ['path=', 'size=', 'linkpath=', 'GNU.sparse', '\n', ' '], read: (bytes) => parsePax(bytes) },
  { name: 'sdist', samples: tars, tokens: ['ustar\x0000', '../'], mend: sealTar, read: (bytes) => drop('p-1.tar.gz', Uint8Array.from(gzipSync(bytes, { level: 1 }))) },
  { name: 'locator', samples: [locatorBytes], tokens: ['TERRARIUM\0LOC', '../', '/'], mend: sealLocator, read: (bytes) => readLocator(bytes) },
  { name: 'manifest', samples: [manifestText], tokens: json, read: (bytes) => parseManifest(utf8(bytes)) },
  { name: 'executable', samples: [makeExecutable()], tokens: ['TERRARIUM\0LOC', ...json], mend: sealLocator, read: (bytes) => inspectFile('x', new Blob([bytes])) },
  { name: 'elf', samples: [makeElf(), arm64.subarray(0, 2 ** 14)], read: (bytes) => findLeastGlibc(readElf(bytes)) },
  { name: 'pe', samples: [windows], read: (bytes) => (readResources(bytes), preparePe(bytes, 'windowed')) },
  { name: 'macho', samples: [macos], read: (bytes) => (readMacho(bytes), prepareMacho(bytes)) },
  { name: 'identify', samples: [windows.subarray(0, 1024), makeElf(), makeZip([]), macos.subarray(0, 64)], read: (bytes) => identify(bytes) },
  { name: 'icon', samples: icons, tokens: ['IHDR', 'IDAT', 'PLTE', 'IEND', 'tRNS'], mend: sealPng, read: (bytes) => readIcon(bytes) },
  { name: 'listing', samples: listings, tokens: [...json, '<form', '<a href="', '<!--'], read: (bytes) => [listing(bytes, 'application/vnd.pypi.simple.v1+json'), listing(bytes, 'text/html'), isPage(bytes)] },
  { name: 'core-metadata', samples: [coreMetadata], tokens: ['Author-email: ', 'License: ', '\n ', '<', '>', '"', ','], read: (bytes) => readCoreMetadata(utf8(bytes)) },
  { name: 'config', samples: [config], tokens: json, read: (bytes) => readConfig(assetsOf(bytes)) },
  { name: 'launcher-list', samples: [new Uint8Array(readFileSync('public/launchers/launchers.json'))], tokens: json, read: (bytes) => makeLaunchers(assetsOf(bytes)).launcher('linux-x86_64') },
  { name: 'runtime-list', samples: [new Uint8Array(readFileSync('public/runtimes/catalogue.json'))], tokens: json, read: (bytes) => makeRuntimes(assetsOf(bytes)).catalogue() },
  { name: 'kept-answer', samples: [keptLine('answer'), keptLine('')], tokens: json, read: (bytes) => findAnswer({ get: async () => new Blob([bytes]), delete: async () => undefined } as unknown as Parameters<typeof findAnswer>[0], 'listings/x') },
  { name: 'address', samples: [text('https://files.example/a/b.whl#sha256=00'), text('http://[::ffff:127.0.0.1]:80/'), text('120')], tokens: ['://', '@', '%', '[', ']', 'file:', 'javascript:', '\\', '//'], read: (bytes) => [checkUrl(utf8(bytes), 'https://index.example/', 'x') ?? success(0), retryAfter(bytes)] },
];

function retryAfter(bytes: Uint8Array): number | undefined {
  const value = Buffer.from(bytes).toString('latin1').replace(/[^\x20-\x7e]/g, '');
  return findRetryAfter(new Headers({ 'retry-after': value }));
}
