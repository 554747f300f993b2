// Executables for macOS as the engine makes them, before readers that share no code with it: each accepts the good ones, and what each notices of damage is told as data.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { inspectFile } from '../../src/artifact/inspect-file';
import { prepareMacho } from '../../src/formats/macho/prepare-macho';
import { signMacho } from '../../src/formats/macho/sign-macho';
import { pathOf, terrarium } from '../platforms/terrarium';
import { verifyMacho } from '../unit/formats/verify-macho';
import { ask, askLief, hasLief, type LiefAnswer } from './accepted-readers';
import { launchers } from './launcher-assemble';
import { available, temporary } from './launcher-run';

const folder = temporary();
const nobody = 'http://127.0.0.1:9/simple/';
const greet = fileURLToPath(new URL('../world/projects/greet.py', import.meta.url));
const archs = [
  { target: 'macos-arm64', cpu: 0x0100000c, pageSize: 16384, leastSystem: '11.0' },
  { target: 'macos-x86_64', cpu: 0x01000007, pageSize: 4096, leastSystem: '10.15' },
];
const lief = hasLief();
const llvm = available('reading executables for macOS with LLVM', 'llvm-objdump', 'llvm-readobj');
const built: Record<string, { path: string; bytes: Buffer }> = {};
const withTk: Record<string, string> = {};

beforeAll(async () => {
  const build = (out: string, ...words: string[]) => terrarium(['build', greet, '--index', nobody, '--output', 'executable', '--out', join(folder, out), '--target', archs.map(({ target }) => target).join(','), ...words]);
  const [plain, full] = [await build('plain'), await build('tk', '--include', 'tkinter')];
  for (const { target } of archs) {
    const path = pathOf(plain, 'executable', target);
    built[target] = { path, bytes: readFileSync(path) };
    withTk[target] = pathOf(full, 'executable', target);
  }
});

const launcherPath = (target: string) => fileURLToPath(new URL(target, launchers));

/** The linker leaves a table of function starts empty, which LIEF remarks on; nothing may come to what it says of the bare launcher. */
function expectAccepted(target: string, paths: string[]): void {
  const [bare, ...answers] = askLief([launcherPath(target), ...paths]);
  expect(answers).toEqual(paths.map(() => ({ layout: '', overlay: 0, complaints: bare!.complaints })));
}

/** Of all the files at once: llvm-objdump says of each what it finds odd. */
function expectReadByLlvm(...paths: string[]): string {
  const headers = ask('llvm-objdump', '--macho', '--private-headers', ...paths);
  expect(headers).toMatchObject({ status: 0, complaints: '' });
  expect(headers.text.split('\n').filter((line) => /past end|malformed|warning|\?\(/i.test(line))).toEqual([]);
  expect(ask('llvm-readobj', '--file-headers', '--macho-segment', '--macho-version-min', '--macho-dysymtab', '--needed-libs', ...paths)).toMatchObject({ status: 0, complaints: '' });
  return headers.text;
}

describe.each(archs)('an executable for $target', ({ target, cpu, pageSize, leastSystem }) => {
  test('has a signature that is right to the last byte, in the shape that codesign gives without an identity', () => {
    const { bytes } = built[target]!;
    const { offset, size, pages, execSegment, ...found } = verifyMacho(bytes);
    const emptyRequirements = createHash('sha256').update(Buffer.from('fade0c010000000c00000000', 'hex')).digest('hex');
    expect(found).toEqual({
      cpu, pageSize, leastSystem, version: 0x20400, flags: 2, identifier: `greet-1.0-${target.replace('_', '-')}`,
      blobs: [0, 2, 0x10000], special: { [-1]: '0'.repeat(64), [-2]: emptyRequirements },
    });
    const superBlob = 36 + 88 + found.identifier.length + 1 + 32 * (2 + pages) + 12 + 8;
    expect({ offset, size }).toEqual({ offset: bytes.length - size, size: Math.ceil(superBlob / 16) * 16 });
    expect(bytes.readUInt32BE(offset + 4)).toBe(superBlob);
    expect(execSegment).toMatchObject({ base: 0, flags: 1 });
  });

  test.runIf(lief)('has a layout that LIEF finds strictly valid, with and without tkinter', () => {
    expectAccepted(target, [built[target]!.path, withTk[target]!]);
  });

  test.runIf(llvm)('is read by LLVM without a warning', () => {
    const text = expectReadByLlvm(built[target]!.path);
    const { offset, size } = verifyMacho(built[target]!.bytes);
    expect(text).toMatch(new RegExp(`minos ${leastSystem.replace('.', '\\.')}\\n`));
    expect(text).toMatch(new RegExp(`cmd LC_CODE_SIGNATURE\\n +cmdsize 16\\n +dataoff ${offset}\\n +datasize ${size}\\n`));
  });

  test('is inspected whole', async () => {
    const inspected = await terrarium(['inspect', built[target]!.path]);
    expect(inspected).toMatchObject({ code: 0, stderr: '' });
    expect(await inspectFile('app', new Blob([new Uint8Array(built[target]!.bytes)]))).toMatchObject({ ok: true, value: { checked: 4 } });
  });

  test('keeps its payload when it is signed again', async () => {
    const before = prepareMacho(new Uint8Array(built[target]!.bytes));
    const { launcher, tail } = await signMacho(before, [], 'another.identifier.that-is-longer-than-the-first-one-was');
    const bytes = Buffer.concat([launcher, tail]);
    const path = join(folder, `${target}-again`);
    writeFileSync(path, bytes);
    expect(bytes.length).toBeGreaterThan(built[target]!.bytes.length);
    expect(verifyMacho(bytes).identifier).toMatch(/^another/);
    expect(await inspectFile('app', new Blob([new Uint8Array(bytes)]))).toMatchObject({ ok: true, value: { checked: 4 } });
    if (lief) expectAccepted(target, [path]);
  });

  test('keeps right page hashes when an optional part of the runtime is in it', async () => {
    const bytes = readFileSync(withTk[target]!);
    expect(verifyMacho(bytes).pageSize).toBe(pageSize);
    const found = await inspectFile('app', new Blob([new Uint8Array(bytes)]));
    expect(found).toMatchObject({ ok: true, value: { checked: 5 } });
    if (found.ok && 'manifest' in found.value) expect(found.value.manifest.layers[0]!.parts.map(({ id }) => id)).toEqual(['runtime/core', 'runtime/tkinter', 'runtime/end']);
  });
});

/** Places in a file of ours, found anew in each. */
function findPlaces(bytes: Buffer) {
  const { offset, pages, pageSize } = verifyMacho(bytes);
  const directory = offset + 36;
  const symtab = findCommand(bytes, 2);
  return { offset, pages, pageSize, directory, slots: directory + bytes.readUInt32BE(directory + 16), symtab, text: 0x3000, runtime: 131_072 + 500_000, manifest: bytes.indexOf('"provenance"') + 1 };
}

function findCommand(bytes: Buffer, type: number): number {
  let at = 32;
  while (bytes.readUInt32LE(at) !== type) at += bytes.readUInt32LE(at + 4);
  return at;
}

type Places = ReturnType<typeof findPlaces>;
const flip = (bytes: Buffer, at: number): void => void (bytes[at]! ^= 1);
const wraps = /^(__LINKEDIT does not wrap the end of the file|signature ends at)/;
const pageOf = (at: number, { pageSize }: Places): RegExp => new RegExp(`^hash of page ${Math.floor(at / pageSize)} of`);

interface Damage {
  what: string;
  damage: (bytes: Buffer, places: Places) => Buffer | void;
  /** Who notices, and what is said; a reader that is not named accepts the file. */
  verifier: RegExp | ((places: Places) => RegExp);
  lief?: RegExp;
  inspect?: RegExp;
}

const damages: Damage[] = [
  { what: 'a byte of the payload flipped', damage: (bytes, { runtime }) => flip(bytes, runtime), verifier: (places) => pageOf(places.runtime, places), inspect: /runtime\/core has the digest/ },
  { what: 'a byte of the manifest flipped', damage: (bytes, { manifest }) => flip(bytes, manifest), verifier: (places) => pageOf(places.manifest, places), inspect: /manifest/ },
  { what: 'a byte of the launcher’s code flipped', damage: (bytes, { text }) => flip(bytes, text), verifier: (places) => pageOf(places.text, places) },
  {
    what: 'a last page hashed as if it were full',
    damage: (bytes, { offset, pages, pageSize, slots }) => {
      const page = Buffer.alloc(pageSize);
      bytes.copy(page, 0, (pages - 1) * pageSize, offset);
      createHash('sha256').update(page).digest().copy(bytes, slots + 32 * (pages - 1));
    },
    verifier: ({ pages }) => new RegExp(`^hash of page ${pages - 1} of ${pages}$`),
  },
  { what: 'another hash of a page', damage: (bytes, { slots }) => flip(bytes, slots + 32 * 5), verifier: /^hash of page 5 of/ },
  { what: 'another hash of the requirements', damage: (bytes, { slots }) => flip(bytes, slots - 64), verifier: /^hash of the requirements$/ },
  { what: 'a byte appended', damage: (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]), verifier: wraps, lief: /LINKEDIT segment does not wrap the end of the binary/ },
  { what: 'its last byte missing', damage: (bytes) => bytes.subarray(0, -1), verifier: wraps, lief: /LINKEDIT/ },
  { what: 'its signature cut in two', damage: (bytes, { offset }) => bytes.subarray(0, (offset + bytes.length) >> 1), verifier: wraps, lief: /LINKEDIT/ },
  { what: 'a SuperBlob that tells less than it holds', damage: (bytes, { offset }) => void bytes.writeUInt32BE(bytes.readUInt32BE(offset + 4) - 8, offset + 4), verifier: /^(SuperBlob length|bytes after the SuperBlob)$/ },
  { what: 'a SuperBlob longer than its room', damage: (bytes, { offset }) => void bytes.writeUInt32BE(bytes.length - offset + 8, offset + 4), verifier: /^SuperBlob longer than its room$/ },
  { what: 'a code limit short of a page', damage: (bytes, { directory, offset, pageSize }) => void bytes.writeUInt32BE(offset - pageSize, directory + 32), verifier: /^codeLimit/ },
  { what: 'a string table that leaves the payload out', damage: (bytes, { symtab }) => void bytes.writeUInt32LE(5000, symtab + 20), verifier: /bytes between string table and signature$/, lief: /./ },
  { what: 'one segment less', damage: (bytes) => void bytes.writeUInt32LE(bytes.readUInt32LE(20) - 8, 20), verifier: /^sizeofcmds$/, lief: /./ },
];

describe.each(archs)('an executable for $target that has', ({ target }) => {
  const paths = damages.map((_, index) => join(folder, `${target}-damaged-${index}`));
  let answers: LiefAnswer[] = [];

  beforeAll(() => {
    for (const [index, { damage }] of damages.entries()) {
      const bytes = Buffer.from(built[target]!.bytes);
      writeFileSync(paths[index]!, damage(bytes, findPlaces(bytes)) ?? bytes);
    }
    if (lief) answers = askLief(paths);
  });

  test.each(damages.map(({ what }, index) => [what, index] as const))('%s is noticed by those who look there', async (_, index) => {
    const { verifier, lief: layout, inspect } = damages[index]!;
    const bytes = readFileSync(paths[index]!);
    const message = typeof verifier === 'function' ? verifier(findPlaces(built[target]!.bytes)) : verifier;
    expect(() => verifyMacho(bytes)).toThrow(message);
    if (lief) expect(answers[index]!.layout).toMatch(layout ?? /^$/);
    const inspected = await inspectFile('app', new Blob([new Uint8Array(bytes)]));
    expect(inspected.ok ? '' : inspected.failure.message).toMatch(inspect ?? /^$/);
  });
});

/** Where the payload ends, as a distance from a page's end of either size that is in the launcher's neighbourhood. */
const distances = [-17, -16, -15, -1, 0, 1, 15, 16, 17];
const ends = [20 * 16384, 20 * 16384 + 4096].flatMap((end) => distances.map((distance) => end + distance));

async function signAround(target: string, ends: readonly number[]): Promise<string[]> {
  const launcher = prepareMacho(new Uint8Array(readFileSync(launcherPath(target))));
  return Promise.all(ends.map(async (end) => {
    const payload = Buffer.alloc(end - launcher.length, 'the payload, ');
    const { launcher: patched, tail } = await signMacho(launcher, [{ data: payload }], `edge-${end}`);
    const path = join(folder, `${target}-edge-${end}`);
    writeFileSync(path, Buffer.concat([patched, payload, tail]));
    return path;
  }));
}

describe.each(archs)('a payload on $target', ({ target, pageSize }) => {
  test('is accepted by all wherever it ends, at, before or after a page’s end', async () => {
    const paths = await signAround(target, ends);
    for (const [index, path] of paths.entries()) {
      const end = Math.ceil(ends[index]! / 16) * 16;
      expect(verifyMacho(readFileSync(path))).toMatchObject({ offset: end, pages: Math.ceil(end / pageSize), identifier: `edge-${ends[index]}` });
    }
    if (lief) expectAccepted(target, paths);
    if (llvm) expectReadByLlvm(...paths);
  });
});

test('a signature of more than a megabyte is accepted by all', async () => {
  const [target, pages] = ['macos-x86_64', 2 ** 20 / 32 + 100];
  const paths = await signAround(target, [pages * 4096 + 5]);
  const { size, ...found } = verifyMacho(readFileSync(paths[0]!));
  expect(found).toMatchObject({ pageSize: 4096, pages: pages + 1 });
  expect(size).toBeGreaterThan(2 ** 20);
  if (lief) expectAccepted(target, paths);
  if (llvm) expectReadByLlvm(...paths);
  paths.forEach((path) => rmSync(path));
});
