import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeByteSource, type ByteSource } from '../../../src/formats/bytes/byte-source';
import { FormatError } from '../../../src/formats/format-error';
import { findMember } from '../../../src/formats/zip/find-member';
import { readMember } from '../../../src/formats/zip/read-member';
import { readZip, type ZipOptions } from '../../../src/formats/zip/read-zip';
import { toMemberSpans } from '../../../src/formats/zip/to-member-spans';
import { makeExtra, makeZip, u64, type Member } from '../../fixtures/broken/make-zip';
import { brokenMembers, brokenZips } from '../../fixtures/broken/zip-cases';

const long = 'terrarium '.repeat(400);
const folder = mkdtempSync(join(tmpdir(), 'zip-'));

async function readAll(bytes: Uint8Array, options: ZipOptions = {}): Promise<Record<string, string>> {
  const source = makeByteSource(bytes);
  const content: Record<string, string> = {};
  for (const entry of await readZip(source, options)) content[entry.path] = new TextDecoder().decode(await readMember(source, entry));
  return content;
}

const refusal = (work: Promise<unknown>): Promise<FormatError> => work.then(() => expect.unreachable('it was accepted'), (error: FormatError) => error);

describe('refuses', () => {
  test.each(brokenZips)('$title', async ({ bytes, message, reason }) => {
    const error = await refusal(readZip(makeByteSource(bytes)));
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^[A-Z][^\n]*\.$/);
    expect(error.reason).toBe(reason);
  });

  test.each(brokenMembers)('to read $title', async ({ bytes, message, reason }) => {
    const source = makeByteSource(bytes);
    const entries = await readZip(source);
    const error = await refusal(readMember(source, entries[0]!));
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toMatch(message);
    expect(error.reason).toBe(reason);
  });
});

const wide = (name: string): Member => ({
  name, content: 'wide', size: 0xffffffff, compressedSize: 0xffffffff, extra: makeExtra(1, Buffer.concat([u64(4), u64(4)])),
});

const right: { title: string; bytes: Uint8Array; options?: ZipOptions; holds: Record<string, string> }[] = [
  { title: 'Z2 an empty archive', bytes: makeZip([]), holds: {} },
  { title: 'stored and deflated members', bytes: makeZip([{ name: 'a.py', content: 'a' }, { name: 'b.py', content: long, deflate: true }]), holds: { 'a.py': 'a', 'b.py': long } },
  { title: 'a comment (code hosts write the commit there)', bytes: makeZip([{ name: 'a.py', content: 'a' }], { comment: Buffer.from('0123456789abcdef'.repeat(3)) }), holds: { 'a.py': 'a' } },
  ...([12, 16, 20, 24] as const).map((descriptor) => ({
    title: `Z33 a data descriptor of ${descriptor} bytes`,
    bytes: makeZip([{ name: 'a.py', content: long, deflate: true, descriptor }, { name: 'b.py', content: 'b', descriptor }]),
    holds: { 'a.py': long, 'b.py': 'b' },
  })),
  { title: 'Z35 zip64 end records', bytes: makeZip([{ name: 'a.py', content: 'a' }], { zip64: true }), holds: { 'a.py': 'a' } },
  { title: 'Z35 zip64 sizes', bytes: makeZip([wide('a'), wide('b')]), holds: { a: 'wide', b: 'wide' } },
  { title: 'Z20 backslashes from Windows', bytes: makeZip([{ name: 'd\\', content: '', host: 0 }, { name: 'd\\a.py', content: 'a', host: 0 }]), options: { allowBackslash: true }, holds: { d: '', 'd/a.py': 'a' } },
  { title: 'UTF-8 names without the flag, as macOS writes them', bytes: makeZip([{ name: 'é.py', content: 'a' }]), holds: { 'é.py': 'a' } },
  { title: 'Z46 an archive inside the archive as a file like any other', bytes: makeZip([{ name: 'inner.zip', content: Buffer.from('PK\x05\x06') }]), holds: { 'inner.zip': 'PK\x05\x06' } },
  { title: 'members listed in another order than they lie', bytes: reorder(makeZip([{ name: 'a', content: '1' }, { name: 'b', content: '2' }])), holds: { b: '2', a: '1' } },
  { title: 'Z22 names that Windows cannot store, where asked for', bytes: makeZip([{ name: 'aux.py', content: 'a' }]), options: { allowUnportable: true }, holds: { 'aux.py': 'a' } },
  { title: 'a prefix, where asked for', bytes: makeZip([{ name: 'a', content: 'a' }], { prefix: Buffer.from('#!x\n') }), options: { prefix: 4 }, holds: { a: 'a' } },
  ...[0, 0xffffffff, 0x00210000].map((time) => ({ title: `Z55 the date ${time}`, bytes: makeZip([{ name: 'a', content: 'a', time }]), holds: { a: 'a' } })),
];

/** Swaps the two central headers, which are of one length. */
function reorder(zip: Uint8Array): Uint8Array {
  const size = 47;
  const from = zip.length - 22 - 2 * size;
  return Buffer.concat([zip.subarray(0, from), zip.subarray(from + size, from + 2 * size), zip.subarray(from, from + size), zip.subarray(-22)]);
}

describe('reads', () => {
  test.each(right)('$title', async ({ bytes, options, holds }) => {
    expect(await readAll(bytes, options)).toEqual(holds);
    expect(Object.keys(await readAll(bytes, options))).toEqual(Object.keys(holds));
  });

  test('modes, kinds and times', async () => {
    const entries = await readZip(makeByteSource(makeZip([
      { name: 'd/', content: '', mode: 0o040755 }, { name: 'x.sh', content: '', mode: 0o100755, time: 0x5c8f6b2d }, { name: 'y', content: '', mode: 0o100644, time: 0 },
    ])));
    expect(entries.map(({ path, directory, executable, modified }) => [path, directory, executable, new Date(modified * 1000).toISOString()])).toEqual([
      ['d', true, false, '1980-01-01T00:00:00.000Z'], ['x.sh', false, true, '2026-04-15T13:25:26.000Z'], ['y', false, false, '1980-01-01T00:00:00.000Z'],
    ]);
  });

  test('spans by which a member can be inflated without a zip reader', async () => {
    const bytes = makeZip([{ name: 'd/', content: '' }, { name: 'a', content: 'abc' }]);
    const [span, ...more] = toMemberSpans(await readZip(makeByteSource(bytes)));
    expect(more).toEqual([]);
    expect(span).toMatchObject({ path: 'a', method: 0, size: 3, compressedSize: 3, executable: false });
    expect(new TextDecoder().decode(bytes.subarray(span!.offset, span!.offset + 3))).toBe('abc');
  });
});

const truncated = makeZip([{ name: 'a.py', content: long, deflate: true, descriptor: 16 }, { name: 'd/', content: '' }, wide('w')], { zip64: true, comment: Buffer.from('comment') });

test('gives only FormatError when cut at each byte (Z4)', async () => {
  for (let size = 0; size < truncated.length; size++) {
    await expect(readZip(makeByteSource(truncated.subarray(0, size))), `${size}`).rejects.toBeInstanceOf(FormatError);
  }
});

test('gives FormatError or the right content when any one bit is flipped', async () => {
  const content = await readAll(truncated);
  let accepted = 0;
  for (let bit = 0; bit < truncated.length * 8; bit++) {
    const flipped = Uint8Array.from(truncated);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    const found = await readAll(flipped).catch((error: unknown) => void expect(error, `bit ${bit}`).toBeInstanceOf(FormatError));
    if (found) accepted++;
    // A flipped bit may rename a member of both headers only if it hits both: never one bit.
    if (found) expect(Object.values(found)).toEqual(Object.values(content));
  }
  expect(accepted).toBeLessThan(truncated.length * 3);
});

test('finding a member gives FormatError or the right bytes when cut at each byte or changed in any', async () => {
  const isA = (path: string): boolean => path === 'a.py';
  for (let at = 0; at < truncated.length; at++) {
    await expect(findMember(makeByteSource(truncated.subarray(0, at)), isA)).rejects.toBeInstanceOf(FormatError);
    const changed = Uint8Array.from(truncated);
    changed[at]! ^= 0x20;
    const found = await findMember(makeByteSource(changed), isA).catch((error: unknown) => void expect(error, `byte ${at}`).toBeInstanceOf(FormatError));
    if (found) expect(new TextDecoder().decode(found.bytes)).toBe(long);
  }
});

test('reads large members of a Blob without reading through them', async () => {
  const large = Buffer.alloc(3_000_000, 'x');
  const bytes = makeZip(Array.from({ length: 20 }, (_, index) => ({ name: `${index}`, content: large, ...(index % 2 ? { descriptor: 16 as const } : {}) })));
  const counted = countReads(bytes);
  expect(await readZip(counted.source)).toHaveLength(20);
  expect(counted.read()).toBeLessThan(1_000_000);
});

function countReads(bytes: Uint8Array): { source: ByteSource; reads: () => number; read: () => number } {
  const inner = makeByteSource(bytes);
  let reads = 0;
  let total = 0;
  return {
    reads: () => reads,
    read: () => total,
    source: { size: inner.size, read: (offset, length) => { reads++; total += length; return inner.read(offset, length); } },
  };
}

describe('a member of a distant archive', () => {
  const noise = Buffer.from(Uint8Array.from({ length: 400_000 }, (_, index) => (index * 2654435761) >>> 11));
  const meta: Member = { name: 'p-1.dist-info/METADATA', content: long, deflate: true };
  const isMetadata = (path: string): boolean => path.endsWith('.dist-info/METADATA');

  test.each([
    ['near the end with one read', [{ name: 'big', content: noise }, meta], 1],
    ['near the start with two reads', [meta, { name: 'big', content: noise }], 2],
    ['behind a long local extra field with three', [{ ...meta, local: { extra: makeExtra(0x9999, Buffer.alloc(500)) } }, { name: 'big', content: noise }], 3],
  ])('is found %s', async (_, members, reads) => {
    const counted = countReads(makeZip(members as Member[]));
    const found = await findMember(counted.source, isMetadata);
    expect(new TextDecoder().decode(found!.bytes)).toBe(long);
    expect(counted.reads()).toBe(reads);
    expect(counted.read()).toBeLessThan(80_000);
  });

  test('is undefined where there is none', async () => {
    expect(await findMember(makeByteSource(makeZip([{ name: 'a', content: '' }])), isMetadata)).toBeUndefined();
  });

  test.each([
    ['another local name', { ...meta, local: { name: 'p-1.dist-info/metadata' } }],
    ['a wrong CRC', { ...meta, crc: 5 }],
    ['a place it shares', { ...meta, offset: 0 }],
  ])('is refused for %s', async (_, member) => {
    await expect(findMember(makeByteSource(makeZip([{ name: 'b', content: long }, member])), isMetadata)).rejects.toBeInstanceOf(FormatError);
  });
});

test('lists 10,000 members from memory and from a Blob without a read per member', async () => {
  const bytes = makeZip(Array.from({ length: 10_000 }, (_, index) => ({ name: `package/module_${index % 100}/file_${index}.py`, content: `x = ${index}\n`.repeat(20) })));
  const counted = countReads(bytes);
  await readZip(counted.source);
  expect(counted.reads()).toBeLessThan(10);
  const started = performance.now();
  expect(await readZip(makeByteSource(new Blob([bytes])))).toHaveLength(10_000);
  expect(performance.now() - started).toBeLessThan(1000);
});

test('an archive that changed on disk is refused by name (Z61)', async () => {
  const gone = Object.assign(new Blob([makeZip([])]), { slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }) });
  expect((await refusal(readZip(makeByteSource(gone)))).message).toMatch(/changed, moved or removed/);
});

const writers = [
  { tool: 'python3', title: "CPython's zipfile, streaming", make: ['-c', 'import sys, zipfile, io\nclass Out(io.RawIOBase):\n  def __init__(s, f): s.f = f\n  def writable(s): return True\n  def write(s, b): return s.f.write(b)\nwith open(sys.argv[1], "wb") as f, zipfile.ZipFile(Out(f), "w", 8) as z:\n  z.writestr("é/a.txt", "x" * 5000); z.mkdir("d"); z.writestr("b", "b")'] },
  { tool: 'python3', title: "CPython's zipfile, zip64 forced", make: ['-c', 'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w", 8) as z:\n  with z.open("é/a.txt", "w", force_zip64=True) as f: f.write(b"x" * 5000)\n  z.mkdir("d"); z.writestr("b", "b")'] },
];

test.each(writers.filter(({ tool }) => spawnSync(tool, ['--version']).error === undefined))('reads what $title writes', async ({ tool, make }) => {
  const path = join(folder, `${Math.random()}.zip`);
  execFileSync(tool, [...make, path]);
  expect(await readAll(new Uint8Array(readFileSync(path)))).toEqual({ 'é/a.txt': 'x'.repeat(5000), d: '', b: 'b' });
});
