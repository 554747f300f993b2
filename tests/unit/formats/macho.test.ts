import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/format-error';
import { writeSignature } from '../../../src/formats/macho/code-signature';
import { prepareMacho } from '../../../src/formats/macho/prepare-macho';
import { readMacho } from '../../../src/formats/macho/read-macho';
import { measureSignedMacho, signMacho } from '../../../src/formats/macho/sign-macho';
import { verifyMacho } from './verify-macho';

const launcherPath = (arch: string): string => `public/launchers/macos-${arch}`;
const archs = [{ arch: 'arm64', pageSize: 16384 }, { arch: 'x86_64', pageSize: 4096 }].map((one) => ({ ...one, bytes: new Uint8Array(readFileSync(launcherPath(one.arch))) }));
const payload = (size: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length: size }, (_, index) => (index * 2654435761) >>> 13);

async function assemble(launcher: Uint8Array, parts: { data: Blob | Uint8Array; pages?: Uint8Array }[], name = 'plotter'): Promise<Buffer> {
  const signed = await signMacho(launcher, parts, name);
  return Buffer.from(await new Blob([signed.launcher, ...parts.map(({ data }) => data as Blob), signed.tail]).arrayBuffer());
}

describe.each(archs)('a launcher for macOS $arch', ({ pageSize, bytes }) => {
  test.each([0, 1, 15, 16, 5000, 16384, 100_001, 3_000_000])('carries %i bytes of payload and every page hash is right', async (size) => {
    const launcher = prepareMacho(bytes);
    const file = await assemble(launcher, [{ data: payload(size) }]);
    const found = verifyMacho(file);
    expect(found).toMatchObject({ identifier: 'plotter', flags: 2, pageSize, blobs: [0, 2, 0x10000] });
    expect(file.length).toBe(measureSignedMacho(launcher, launcher.length + size, 'plotter'));
    expect(file.subarray(launcher.length, launcher.length + size).equals(payload(size))).toBe(true);
  });

  test('gives the same bytes whether page digests are known or not', async () => {
    const launcher = prepareMacho(bytes);
    const padding = new Uint8Array(-launcher.length & 16383);
    const layer = payload(6 * 16384);
    const pages = Buffer.concat(Array.from({ length: layer.length / pageSize }, (_, index) => createHash('sha256').update(layer.subarray(index * pageSize, (index + 1) * pageSize)).digest()));
    const rest = [{ data: layer.subarray(0, 5000) }, { data: layer.subarray(7, 77) }];
    const [known, unknown] = await Promise.all([{ pages }, {}].map((more) => assemble(launcher, [{ data: padding }, { data: new Blob([layer]), ...more }, ...rest])));
    expect(known!.equals(unknown!)).toBe(true);
    verifyMacho(known!);
  });

  test('does not read a page whose digest is known', async () => {
    const launcher = prepareMacho(bytes);
    const pages = new Uint8Array(32 * (32768 / pageSize)).fill(7);
    const file = await assemble(launcher, [{ data: new Uint8Array(-launcher.length & 16383) }, { data: payload(32768), pages }]);
    expect(() => verifyMacho(file)).toThrow(/hash of page/);
  });

  test('can be signed again after a first signature', async () => {
    const launcher = prepareMacho(bytes);
    const first = await assemble(launcher, [{ data: payload(999) }], 'one');
    const again = await assemble(prepareMacho(new Uint8Array(first)), [], 'two');
    expect(verifyMacho(again).identifier).toBe('two');
  });

  test.each([
    ['plotter-4.2.0', 'plotter-4.2.0'], ['my_app+x', 'my-app-x'], ['Übung €2', 'bung-2'], ['日本語', 'app'], ['', 'app'], ['-.-', 'app'], ['a\0b\nc', 'a-b-c'],
  ])('is signed with an identifier that every reader takes, of the name %j', async (name, identifier) => {
    const launcher = prepareMacho(bytes);
    const file = await assemble(launcher, [{ data: payload(33) }], name);
    expect(verifyMacho(file).identifier).toBe(identifier);
    expect(file.length).toBe(measureSignedMacho(launcher, launcher.length + 33, name));
  });

  test('is signed with the beginning of a long name', async () => {
    for (const name of ['x'.repeat(5000), `${'x'.repeat(127)}.y`]) expect(verifyMacho(await assemble(prepareMacho(bytes), [], name)).identifier).toMatch(/^x{127,128}$/);
  });

  test('gives only FormatError when cut short anywhere in its headers', () => {
    const { commandsEnd } = readMacho(bytes);
    for (let size = 0; size < commandsEnd; size++) expect(() => readMacho(bytes.subarray(0, size))).toThrow(FormatError);
  });
});

test('a macOS version is read', () => {
  expect(readMacho(archs[0]!.bytes).leastSystem).toBe('11.0');
});

test('a limit of 4 GiB and more is written as codeLimit64', async () => {
  const limit = 2 ** 32 + 32768;
  const hashes = new Uint8Array(32 * Math.ceil(limit / 16384));
  const bytes = await writeSignature({ identifier: 'x', limit, pageSize: 16384, hashes, text: { fileoff: 0, filesize: 16384 } });
  const directory = Buffer.from(bytes).subarray(36);
  expect([directory.readUInt32BE(32), directory.readBigUInt64BE(56)]).toEqual([0xffffffff, BigInt(limit)]);
});

test('a launcher without room for the load command is refused', () => {
  const full = Uint8Array.from(archs[1]!.bytes);
  full[readMacho(full).commandsEnd + 3] = 1;
  expect(() => (readMacho(full).signature ? prepareMacho(full.subarray(0, -1)) : prepareMacho(full))).toThrow(FormatError);
});

const golden = (): string | undefined => {
  try {
    const cache = execFileSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim();
    const path = join(cache, 'github.com/kluctl/go-embed-python@v0.0.0-3.14.6-20260610-1/python/internal/data/darwin-arm64/bin/python3.14.gz');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
};

test.runIf(golden())('the verifier accepts a real linker-made signature, and ours replaces it', async () => {
  const python = gunzipSync(readFileSync(golden()!));
  expect(verifyMacho(python)).toMatchObject({ flags: 0x20002, pageSize: 4096 });
  const file = await assemble(prepareMacho(new Uint8Array(python)), [{ data: payload(10_000) }], 'python');
  expect(verifyMacho(file)).toMatchObject({ identifier: 'python', flags: 2 });
});
