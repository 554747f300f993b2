import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeByteSource } from '../../../src/formats/bytes/byte-source';
import { FormatError } from '../../../src/formats/format-error';
import { readMember } from '../../../src/formats/zip/read-member';
import { readZip, type ZipOptions } from '../../../src/formats/zip/read-zip';
import { writeCentralHeader, writeEnd } from '../../../src/formats/zip/write-records';
import { writeZip, type NewFile, type Spliced } from '../../../src/formats/zip/write-zip';
import { makeZip } from '../../fixtures/broken/make-zip';

const folder = mkdtempSync(join(tmpdir(), 'zip-'));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const findTool = (name: string): boolean => spawnSync(name, ['--help']).error === undefined;

async function build(pieces: (NewFile | Spliced)[], prefix = ''): Promise<Uint8Array> {
  const { parts, size } = await writeZip(pieces, text(prefix));
  const bytes = new Uint8Array(await new Blob(parts as Blob[]).arrayBuffer());
  expect(bytes.length).toBe(size);
  return bytes;
}

async function listContent(bytes: Uint8Array, options: ZipOptions = {}): Promise<Record<string, string>> {
  const source = makeByteSource(bytes);
  const entries = await readZip(source, options);
  const pairs = await Promise.all(entries.map(async (entry) => [entry.path + (entry.directory ? '/' : entry.executable ? '*' : ''), new TextDecoder().decode(await readMember(source, entry))]));
  return Object.fromEntries(pairs);
}

async function splice(members: Parameters<typeof makeZip>[0], place?: Spliced['place']): Promise<Spliced> {
  const archive = new Blob([makeZip(members)]);
  return { archive, entries: await readZip(makeByteSource(archive), { allowBackslash: true }), ...(place ? { place } : {}) };
}

const script = `
import sys, zipfile, json
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps({i.filename: z.read(i).decode() for i in z.infolist()}))
`;
const readWithPython = (path: string): Record<string, string> => JSON.parse(execFileSync('python3', ['-W', 'error', '-c', script, path], { encoding: 'utf8' }));

function assertOthersAccept(bytes: Uint8Array, expected: Record<string, string>): void {
  const path = join(folder, 'made.zip');
  writeFileSync(path, bytes);
  if (findTool('python3')) expect(readWithPython(path)).toEqual(Object.fromEntries(Object.entries(expected).map(([name, value]) => [name.replace('*', ''), value])));
  if (findTool('unzip')) {
    const { status, stdout, stderr } = spawnSync('unzip', ['-t', path], { encoding: 'utf8' });
    expect({ status, warnings: `${stdout}${stderr}`.match(/warning.*|error(?!s detected).*/gi) }).toEqual({ status: 0, warnings: null });
  }
}

const long = 'terrarium '.repeat(500);

const cases: { title: string; prefix?: string; pieces: () => Promise<(NewFile | Spliced)[]>; holds: Record<string, string> }[] = [
  { title: 'nothing', pieces: async () => [], holds: {} },
  {
    title: 'new files, deflated where that is smaller',
    pieces: async () => [{ path: '__main__.py', bytes: text('print()') }, { path: 'pkg/long.py', bytes: text(long), executable: true }, { path: 'é/ü.txt', bytes: text(long), stored: true }],
    holds: { '__main__.py': 'print()', 'pkg/long.py*': long, 'é/ü.txt': long },
  },
  {
    title: 'a prefix that the offsets count',
    prefix: '#!/usr/bin/env python3\n',
    pieces: async () => [{ path: '__main__.py', bytes: text(long) }, await splice([{ name: 'a.py', content: 'a' }])],
    holds: { '__main__.py': long, 'a.py': 'a' },
  },
  {
    title: 'archives with and without data descriptors, spliced',
    pieces: async () => [
      await splice([{ name: 'a/', content: '' }, { name: 'a/x.py', content: long, deflate: true, descriptor: 16 }, { name: 'a/y.py', content: 'y', descriptor: 12 }]),
      { path: 'between.py', bytes: text('b') },
      await splice([{ name: 'b/x.py', content: long, deflate: true, mode: 0o100755 }, { name: 'b/é.py', content: 'e', flags: 0x800, descriptor: 24 }]),
    ],
    holds: { 'a/': '', 'a/x.py': long, 'a/y.py': 'y', 'between.py': 'b', 'b/x.py*': long, 'b/é.py': 'e' },
  },
  {
    title: 'an archive with members left out and renamed',
    pieces: async () => [
      await splice(
        [{ name: 'a.py', content: 'a' }, { name: 'b.py', content: 'b', descriptor: 16 }, { name: 'p.data/purelib/c.py', content: long, deflate: true, descriptor: 20 }, { name: 'd.py', content: 'd' }, { name: 'e.py', content: 'e' }],
        (entry) => (entry.path === 'b.py' ? undefined : entry.path.replace('p.data/purelib/', '')),
      ),
    ],
    holds: { 'a.py': 'a', 'c.py': long, 'd.py': 'd', 'e.py': 'e' },
  },
  {
    title: 'names that other readers would misread, written anew',
    pieces: async () => [await splice([{ name: 'é.py', content: 'e' }, { name: 'w\\x.py', content: 'w', host: 0 }])],
    holds: { 'é.py': 'e', 'w/x.py': 'w' },
  },
  {
    title: 'the same folder in two archives, once',
    pieces: async () => [await splice([{ name: 'ns/', content: '' }, { name: 'ns/a.py', content: 'a' }]), await splice([{ name: 'ns/', content: '' }, { name: 'ns/b.py', content: 'b' }])],
    holds: { 'ns/': '', 'ns/a.py': 'a', 'ns/b.py': 'b' },
  },
];

describe('writes a zip archive of', () => {
  test.each(cases)('$title', async ({ pieces, holds, prefix = '' }) => {
    const bytes = await build(await pieces(), prefix);
    expect(await listContent(bytes, { prefix: prefix.length })).toEqual(holds);
    if (Object.keys(holds).length > 0) assertOthersAccept(bytes, holds);
    expect(await build(await pieces(), prefix)).toEqual(bytes);
  });

  test('70,000 members, with zip64 records', async () => {
    const { parts } = await writeZip(Array.from({ length: 70_000 }, (_, index) => ({ path: `d${index % 100}/f${index}.txt`, bytes: text(`${index}`), stored: true })));
    expect(parts.length).toBeLessThan(64);
    const bytes = new Uint8Array(await new Blob(parts as Blob[]).arrayBuffer());
    await expect(readZip(makeByteSource(bytes))).rejects.toThrow(/announces 70000 members, the limit is 50000/);
    writeFileSync(join(folder, 'many.zip'), bytes);
    expect(execFileSync('python3', ['-c', 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(len(z.namelist()), z.read("d99/f69999.txt").decode())', join(folder, 'many.zip')], { encoding: 'utf8' })).toBe('70000 69999\n');
  });
});

test('a member beyond 4 GiB gets a zip64 offset, in the header and in the end records', () => {
  const far = 2 ** 32 + 5;
  const header = Buffer.from(writeCentralHeader({ name: text('a'), directory: false, executable: false, method: 0, flags: 0, crc32: 0, compressedSize: 0, size: 0, dosTime: 0, localOffset: far }));
  expect([header.readUInt32LE(42), header.readUInt16LE(47), header.readBigUInt64LE(51)]).toEqual([0xffffffff, 1, BigInt(far)]);
  const end = Buffer.from(writeEnd(1, far, 60));
  expect([end.length, end.readBigUInt64LE(48), end.readUInt32LE(end.length - 6)]).toEqual([98, BigInt(far), 0xffffffff]);
});

test('two members of one name are refused', async () => {
  await expect(writeZip([{ path: 'a.py', bytes: text('1') }, await splice([{ name: 'A.py', content: 'a' }])])).rejects.toThrow(FormatError);
});
