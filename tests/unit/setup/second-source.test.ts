import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript, as set-up runs before anything is installed
import { buildFolderOf } from '../../../tools/runtimes/build-places.mjs';
// @ts-expect-error as above
import { archiveNameOf, fetchBuild, printSource } from '../../../tools/runtimes/fetch-build.mjs';
// @ts-expect-error as above
import { findHostPython } from '../../../tools/runtimes/host-python.mjs';
// @ts-expect-error as above
import { findHostTarget } from '../../../tools/runtimes/host-target.mjs';

// Archives as python-build-standalone publishes them: of the build at hand, and small hostile ones.
const scratch = mkdtempSync(path.join(tmpdir(), 'terrarium-archives-'));
const archives = path.join(scratch, 'archives');
const build = { python: '3.14.6', target: findHostTarget() as string };
const source = { kind: 'archives', location: archives, release: '20260610' };
const name: string = archiveNameOf(build, source);
afterAll(() => rmSync(scratch, { recursive: true }));

beforeAll(() => {
  mkdirSync(archives);
  const script = 'import sys, tarfile\nwith tarfile.open(sys.argv[1], "w:gz", compresslevel=1) as tar: tar.add(sys.argv[2], "python")';
  execFileSync(findHostPython(), ['-I', '-c', script, path.join(archives, name), buildFolderOf(build)]);
});

/** Path → mode and content of everything below a folder. */
function describeTree(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((entry) => !entry.includes('__pycache__')).sort();
  return Object.fromEntries(entries.map((entry) => [entry, describeEntry(path.join(folder, entry))]));
}

function describeEntry(file: string): string {
  const stat = lstatSync(file);
  if (stat.isSymbolicLink()) return `link ${readlinkSync(file)}`;
  if (stat.isDirectory()) return 'folder';
  return `${stat.mode & 0o111 ? 'executable' : 'file'} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
}

test('an archive is named as python-build-standalone names it', () => {
  expect(archiveNameOf({ python: '3.13.1', target: 'windows-x86_64' }, source)).toBe('cpython-3.13.1+20260610-x86_64-pc-windows-msvc-install_only_stripped.tar.gz');
});

test('a folder of archives gives the same build as the Go module', async () => {
  const out = path.join(scratch, 'from-folder');
  await fetchBuild(build, source, out, () => {});
  expect(describeTree(out)).toEqual(describeTree(buildFolderOf(build)));
});

test('a mirror of archives gives it too, its SHA-256 checked', async () => {
  const server = createServer((request, response) => {
    const file = path.join(archives, decodeURIComponent(path.basename(request.url ?? '')));
    createReadStream(file).on('error', () => response.writeHead(404).end()).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const mirror = { ...source, location: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror` };
  const sha256 = createHash('sha256').update(readFileSync(path.join(archives, name))).digest('hex');
  const out = path.join(scratch, 'from-mirror');
  const kept = path.join(scratch, 'downloads');
  await fetchBuild({ ...build, sha256 }, mirror, out, () => {}, kept);
  expect(existsSync(path.join(out, 'lib'))).toBe(true);
  expect(printSource({ ...build, sha256 }, mirror)).toBe(`${name} sha256:${sha256}`);
  await expect(fetchBuild({ ...build, archive: 'absent.tar.gz' }, mirror, out, () => {}, kept)).rejects.toThrow('it answered 404');
  server.close();
});

test('an archive with another SHA-256 is refused, and no folder appears', async () => {
  const out = path.join(scratch, 'wrong');
  await expect(fetchBuild({ ...build, sha256: '0'.repeat(64) }, source, out, () => {})).rejects.toThrow(/its SHA-256 is [0-9a-f]{64}, 0{64} expected/);
  expect(existsSync(out)).toBe(false);
});

test('an archive that is not there is named', async () => {
  await expect(fetchBuild({ ...build, python: '3.13.1' }, source, path.join(scratch, 'none'), () => {})).rejects.toThrow(/has no cpython-3\.13\.1\+20260610/);
});

/** `members`: calls of `add(name, **fields of tarfile.TarInfo)`. */
const hostile: [string, string, string][] = [
  ['a member that leaves the folder', "add('python/../../evil')", 'has a path that leaves the folder'],
  ['an absolute member', "add('/evil')", 'has a path that leaves the folder'],
  ['a member beside python/', "add('other/file')", 'is not below python/'],
  ['a link that leaves the build', "add('python/a', type=tarfile.SYMTYPE, linkname='../../../etc')", 'leads outside'],
  ['an absolute link', "add('python/a', type=tarfile.SYMTYPE, linkname='/etc/passwd')", 'leads outside'],
  ['a file below a link', "add('python/a', type=tarfile.SYMTYPE, linkname='bin')\nadd('python/a/x')", 'is a link and something else as well'],
  ['a link up through another link', "add('python/d/e/b', type=tarfile.SYMTYPE, linkname='../..')\nadd('python/g', type=tarfile.SYMTYPE, linkname='d/e/b/../..')", 'leads outside'],
  ['a device', "add('python/a', type=tarfile.CHRTYPE)", 'is neither file, folder nor link'],
  ['a backslash', "add('python/a\\\\b')", 'has a path that leaves the folder'],
];

test.each(hostile)('an archive with %s is refused, and nothing is written', async (_, members, sentence) => {
  const archive = `hostile-${createHash('sha256').update(members).digest('hex').slice(0, 8)}.tar.gz`;
  const script = `
import io, sys, tarfile
tar = tarfile.open(sys.argv[1], 'w:gz')
def add(name, **fields):
    info = tarfile.TarInfo(name)
    for field, value in fields.items(): setattr(info, field, value)
    tar.addfile(info, io.BytesIO())
add('python/bin/python3.14')
${members}
tar.close()`;
  execFileSync(findHostPython(), ['-I', '-c', script, path.join(archives, archive)]);
  const out = path.join(scratch, archive, 'out');
  const before = describeTree(archives);
  await expect(fetchBuild({ ...build, archive }, source, out, () => {})).rejects.toThrow(sentence);
  expect(existsSync(out)).toBe(false);
  expect([existsSync(path.join(scratch, 'evil')), describeTree(archives)]).toEqual([false, before]);
});

test('a truncated archive is refused', async () => {
  writeFileSync(path.join(archives, 'short.tar.gz'), readFileSync(path.join(archives, name)).subarray(0, 100_000));
  await expect(fetchBuild({ ...build, archive: 'short.tar.gz' }, source, path.join(scratch, 'short'), () => {})).rejects.toThrow('unpacking CPython 3.14.6');
  expect(existsSync(path.join(scratch, 'short'))).toBe(false);
});
