import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync, readFileSync, statSync, mkdirSync, symlinkSync, linkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/format-error';
import { readGzip } from '../../../src/formats/tar/read-gzip';
import { readTar } from '../../../src/formats/tar/read-tar';
import { writeTar } from '../../../src/formats/tar/write-tar';
import { writeTarGz } from '../../../src/formats/tar/write-tar-gz';
import { makeTar, tarHeader, type TarSpec } from '../../fixtures/broken/make-tar';

const folder = mkdtempSync(join(tmpdir(), 'tar-'));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const list = (bytes: Uint8Array): unknown[] => readTar(bytes).map(({ path, kind, bytes: content, executable, target }) => [path, kind, new TextDecoder().decode(content), executable, ...(target === undefined ? [] : [target])]);
const hasTar = spawnSync('tar', ['--version']).error === undefined;

const files = [
  { path: 'a.txt', bytes: text('hello'), executable: false },
  { path: 'bin/run', bytes: text('#!'), executable: true },
  { path: 'empty', bytes: text(''), executable: false },
  { path: 'é/ü.py', bytes: text('x'.repeat(512)), executable: false },
  { path: `${'long/'.repeat(30)}name.py`, bytes: text('y'.repeat(513)), executable: false },
  { path: `${'a'.repeat(91)}.py/${'b'.repeat(94)}`, bytes: text('edge'), executable: false },
];

describe('writes a tar archive that', () => {
  test('reads back the same', () => {
    expect(readTar(writeTar(files)).map(({ path, bytes, executable }) => ({ path, bytes, executable }))).toEqual(files);
    expect(writeTar(files)).toEqual(writeTar(files));
  });

  test.runIf(hasTar)('tar and CPython read without a warning', () => {
    const path = join(folder, 'made.tar');
    writeFileSync(path, writeTar(files));
    expect(execFileSync('tar', ['--warning=all', '-tf', path, '--quoting-style=literal'], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } }).trim().split('\n')).toEqual(files.map((file) => file.path));
    const script = 'import sys, tarfile, json; print(json.dumps([[m.name, oct(m.mode), m.mtime, m.size, m.uid] for m in tarfile.open(sys.argv[1])]))';
    expect(JSON.parse(execFileSync('python3', ['-c', script, path], { encoding: 'utf8' }))).toEqual(files.map(({ path: name, bytes, executable }) => [name, executable ? '0o755' : '0o644', 315532800, bytes.length, 0]));
  });
});

describe('reads', () => {
  test.runIf(hasTar).each(['v7', 'ustar', 'gnu', 'posix'])('what tar writes as %s, links reported', (format) => {
    const root = mkdtempSync(join(folder, 'tree-'));
    mkdirSync(join(root, 'p/d'), { recursive: true });
    writeFileSync(join(root, 'p/a.py'), 'a');
    writeFileSync(join(root, 'p/run'), 'r', { mode: 0o755 });
    const deep = format === 'v7' ? 'short' : `${'long'.repeat(20)}/${'deep'.repeat(22)}`;
    mkdirSync(join(root, 'p', deep, '..'), { recursive: true });
    writeFileSync(join(root, 'p', deep), 'deep');
    symlinkSync('a.py', join(root, 'p/link'));
    linkSync(join(root, 'p/a.py'), join(root, 'p/z'));
    const out = join(root, 'out.tar');
    execFileSync('tar', ['-C', root, `--format=${format}`, '--sort=name', '-cf', out, './p/a.py', './p/run', './p/d', './p/link', './p/z', `p/${deep}`], { stdio: 'pipe' });
    expect(list(readFileSync(out))).toEqual([
      ['p/a.py', 'file', 'a', false], ['p/run', 'file', 'r', true], ['p/d', 'directory', '', false],
      ['p/link', 'symlink', '', false, 'a.py'], ['p/z', 'hardlink', '', false, './p/a.py'], [`p/${deep}`, 'file', 'deep', false],
    ]);
  });

  test('a global header with a comment (git archive)', () => {
    expect(list(makeTar([{ name: 'pax_global_header', type: 'g', content: '21 comment=012345678' + '\n' }, { name: 'a', content: 'x' }]))).toEqual([['a', 'file', 'x', false]]);
  });
});

test('what comes twice and is the same both times counts once', () => {
  const file = { name: 'p/x', content: 'same' };
  expect(list(makeTar([{ name: 'p/', type: '5', content: '' }, file, { name: 'p/', type: '5', content: '' }, file]))).toEqual([['p', 'directory', '', false], ['p/x', 'file', 'same', false]]);
});

const broken: { title: string; members: TarSpec[]; message: RegExp; reason?: string; edit?: (bytes: Buffer) => Buffer }[] = [
  { title: 'a way out', members: [{ name: '../x', content: '' }], message: /leaves the archive/, reason: 'unsafe' },
  { title: 'an absolute name', members: [{ name: '/x', content: '' }], message: /absolute/, reason: 'unsafe' },
  { title: 'a way out in a pax path', members: [{ name: 'x', type: 'x', content: '13 path=../x\n' }, { name: 'a', content: '' }], message: /leaves the archive/, reason: 'unsafe' },
  { title: 'a device', members: [{ name: 'x', type: '3', content: '' }], message: /a device/, reason: 'unsafe' },
  { title: 'a named pipe', members: [{ name: 'x', type: '6', content: '' }], message: /named pipe/, reason: 'unsafe' },
  { title: 'an unknown kind', members: [{ name: 'x', type: 'Q', content: '' }], message: /unknown kind "Q"/, reason: 'unsafe' },
  { title: 'a sparse file', members: [{ name: 'x', type: 'S', content: '' }], message: /sparse/, reason: 'unsafe' },
  { title: 'a set-user bit', members: [{ name: 'x', content: '', mode: 0o4755 }], message: /set-user/, reason: 'unsafe' },
  { title: 'one name twice', members: [{ name: 'x', content: '' }, { name: 'x', content: '1' }], message: /there twice/, reason: 'unsafe' },
  { title: 'one name twice, once as a program', members: [{ name: 'x', content: '' }, { name: 'x', content: '', mode: 0o755 }], message: /there twice/, reason: 'unsafe' },
  { title: 'names that differ in case only', members: [{ name: 'x', content: '' }, { name: 'X', content: '1' }], message: /one name/, reason: 'unsafe' },
  { title: 'a file below a symbolic link', members: [{ name: 'x', type: '2', content: '', target: '/etc' }, { name: 'x/passwd', content: '1' }], message: /is a file, and/, reason: 'unsafe' },
  { title: 'a directory with content', members: [{ name: 'd/', type: '5', content: 'x' }], message: /yet has content/, reason: 'unsafe' },
  { title: 'two sizes', members: [{ name: 'x', type: 'x', content: '10 size=0\n' }, { name: 'a', content: 'hidden' }], message: /different sizes/, reason: 'unsafe' },
  { title: 'a global path', members: [{ name: 'g', type: 'g', content: '10 path=b\n' }, { name: 'a', content: '' }], message: /global header/, reason: 'unsafe' },
  { title: 'a damaged pax record', members: [{ name: 'x', type: 'x', content: '99 path=b\n' }, { name: 'a', content: '' }], message: /damaged extended header/ },
  { title: 'a pax header without a member', members: [{ name: 'x', type: 'x', content: '10 path=b\n' }], message: /without a member/ },
  { title: 'a wrong checksum', members: [{ name: 'a', content: '' }], message: /wrong checksum/, edit: (bytes) => { bytes[0] = 0x62; return bytes; } },
  { title: 'no tar archive', members: [], message: /no tar magic/, edit: () => Buffer.alloc(2048, 'x') },
  { title: 'data after its end', members: [{ name: 'a', content: '' }], message: /data after its closing blocks/, edit: (bytes) => Buffer.concat([bytes, Buffer.alloc(512, 1)]) },
  { title: 'one closing block', members: [{ name: 'a', content: '' }], message: /truncated/, edit: (bytes) => bytes.subarray(0, -512) },
];

describe('refuses', () => {
  test.each(broken)('$title', ({ members, message, reason = 'damaged', edit = (bytes: Buffer) => bytes }) => {
    const bytes = edit(makeTar(members));
    const error = (() => { try { readTar(bytes); return undefined; } catch (thrown) { return thrown; } })();
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toMatch(message);
    expect((error as FormatError).reason).toBe(reason);
  });

  test('gives only FormatError when cut at each byte, up to the closing blocks', () => {
    const whole = Buffer.concat([makeTar([{ name: 'x', type: 'x', content: '10 path=b\n' }, { name: 'a', content: 'x'.repeat(600) }])]);
    for (let size = 0; size < whole.length; size++) expect(() => readTar(whole.subarray(0, size)), `${size}`).toThrow(FormatError);
  });

  test('gives only FormatError or an archive when any byte of a header is changed', () => {
    const whole = makeTar([{ name: 'x', type: 'x', content: '10 path=b\n' }, { name: 'a', content: 'x'.repeat(600) }]);
    for (let at = 0; at < whole.length; at++) for (const value of [0, 0x30, 0x80, 0xff]) {
      const changed = Buffer.from(whole);
      changed[at] = value;
      // The checksum is made right again, so that what lies behind it is reached.
      for (const header of [0, 1024]) tarHeader.seal(changed, header);
      try {
        readTar(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
  });
});

describe('gzip', () => {
  const content = Buffer.from('terrarium '.repeat(1000));
  test('is read, with a name in its header too', () => {
    const named = gzipSync(content);
    named[3] = 8;
    expect(Buffer.from(readGzip(Buffer.concat([named.subarray(0, 10), Buffer.from('name.tar\0'), named.subarray(10)]))).equals(content)).toBe(true);
    expect(Buffer.from(readGzip(gzipSync(content))).equals(content)).toBe(true);
  });

  test.each<[string, () => Uint8Array, RegExp]>([
    ['bytes after its end', () => Buffer.concat([gzipSync(content), Buffer.alloc(3)]), /./],
    ['a second member', () => Buffer.concat([gzipSync(content), gzipSync(content)]), /after the end of the stream/],
    ['a zip archive behind it', () => Buffer.concat([gzipSync(content), Buffer.from('PK\x03\x04'.repeat(20))]), /./],
    ['a wrong CRC', () => { const bytes = gzipSync(content); bytes[bytes.length - 8]! ^= 1; return bytes; }, /CRC/],
    ['a wrong size', () => { const bytes = gzipSync(content); bytes[bytes.length - 4]! ^= 1; return bytes; }, /promised/],
    ['no gzip', () => Buffer.alloc(40, 'x'), /gzip header/],
    ['a bomb', () => gzipSync(Buffer.alloc(30 * 2 ** 20)), /limit is 200/],
  ])('is refused for %s', (_, make, message) => {
    expect(() => readGzip(make())).toThrow(FormatError);
    expect(() => readGzip(make())).toThrow(message);
  });

  test('is refused above the limit, before anything is inflated', () => {
    expect(() => readGzip(gzipSync(content), 9999)).toThrow(/limit is 9999/);
  });

  test('gives only FormatError when cut at each byte', () => {
    const bytes = gzipSync(content);
    for (let size = 0; size < bytes.length; size++) expect(() => readGzip(bytes.subarray(0, size))).toThrow(FormatError);
  });
});

describe('a tar.gz twin of an executable', () => {
  test.each([0, 1, 511, 512, 65_535, 128 * 65_535 - 512, 128 * 65_535, 20_000_000])('of %i bytes reads back, by us and by zlib', async (size) => {
    const blob = new Blob([Uint8Array.from({ length: size }, (_, index) => index * 7)]);
    const twin = new Uint8Array(await (await writeTarGz('plotter-1.0-linux-x86_64', blob, 0o755)).arrayBuffer());
    const tar = readGzip(twin);
    expect(gunzipSync(twin).equals(tar)).toBe(true);
    const [entry, ...more] = readTar(tar);
    expect([entry!.path, entry!.executable, more.length]).toEqual(['plotter-1.0-linux-x86_64', true, 0]);
    expect(Buffer.from(entry!.bytes).equals(Buffer.from(await blob.arrayBuffer()))).toBe(true);
  });

  test.runIf(hasTar)('is unpacked by tar with its mode', async () => {
    const path = join(folder, 'twin.tar.gz');
    writeFileSync(path, new Uint8Array(await (await writeTarGz('plotter', new Blob(['#!/bin/sh\n']), 0o755)).arrayBuffer()));
    execFileSync('tar', ['-C', folder, '-xzf', path]);
    expect(statSync(join(folder, 'plotter')).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(folder, 'plotter'), 'utf8')).toBe('#!/bin/sh\n');
  });
});
