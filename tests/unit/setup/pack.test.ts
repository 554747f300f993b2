import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RuntimeManifest } from '../../../src/model/runtime';
// @ts-expect-error plain JavaScript, as set-up runs before anything is installed
import { findHostPython } from '../../../tools/runtimes/host-python.mjs';
// @ts-expect-error as above
import { at } from '../../../tools/setup/paths.mjs';

const python: string = findHostPython();
const scratch = mkdtempSync(path.join(tmpdir(), 'terrarium-pack-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A tree with the names of a build and nothing of its size. What is to be left out says so in its content. */
const tree: Record<string, string> = {
  'bin/python3.14': '\x7fELF too short to be one',
  'bin/pip3': 'left out',
  'include/Python.h': 'left out',
  'lib/libpython3.14.so.1.0': 'left out',
  'lib/libtcl9.0.so': 'tcl',
  'lib/tcl9.0/init.tcl': 'tcl',
  'lib/pkgconfig/python.pc': 'left out',
  'lib/python3.14/LICENSE.txt': 'licence',
  'lib/python3.14/os.py': 'def f():\n    return __file__, "a", ("b", 1)\n',
  'lib/python3.14/tkinter/__init__.py': 'x = 1\n',
  'lib/python3.14/turtle.py': 'x = 1\n',
  'lib/python3.14/broken.py': 'def (\n',
  'lib/python3.14/__pycache__/os.cpython-314.pyc': 'left out',
  'lib/python3.14/site-packages/pip/__init__.py': 'left out',
  'lib/python3.14/test/test_os.py': 'left out',
  'lib/python3.14/config-3.14-x/Makefile': 'left out',
  'lib/python3.14/lib-dynload/_dbm.so': 'dbm'.repeat(2 ** 19),
  'lib/python3.14/lib-dynload/_testcapi.so': 'left out',
  'lib/python3.14/lib-dynload/_tkinter.so': 'tcl',
  'share/man/man1/python3.1': 'left out',
};

const windowsTree: Record<string, string> = {
  'python.exe': 'not really', 'python314.dll': 'dll', 'vcruntime140.dll': 'dll', 'LICENSE.txt': 'licence', 'DLLs/_ssl.pyd': 'ssl', 'DLLs/_testcapi.pyd': 'left out',
  'DLLs/tcl86t.dll': 'tcl', 'Lib/os.py': 'x = 1\n', 'Lib/idlelib/idle.py': 'left out', 'libs/python314.lib': 'left out', 'Scripts/pip.exe': 'left out', 'tcl/tcl8.6/init.tcl': 'tcl',
};

function plant(name: string, files: Record<string, string>): string {
  const folder = path.join(scratch, name);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content, 'latin1');
  }
  return folder;
}

function pack(build: string, target: string, out: string): RuntimeManifest {
  const options = ['--build', build, '--out', path.join(scratch, out), '--python', '3.14.6', '--target', target, '--source', 'test', '--compiler', python, '--level', '3'];
  execFileSync(python, ['-B', at('tools/runtimes/pack.py'), ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(readFileSync(path.join(scratch, out, 'manifest.json'), 'utf8')) as RuntimeManifest;
}

interface Member { name: string; mode: number; type: string; mtime: number; content: string }

/** Every group of a pack, joined and read by Python's own tarfile. */
function readMembers(out: string, groups: string[]): Member[] {
  const script = `
import sys, io, json, tarfile
from compression import zstd
tar = tarfile.open(fileobj=io.BytesIO(zstd.decompress(b"".join(open(f, "rb").read() for f in sys.argv[1:]))))
print(json.dumps([dict(name=m.name, mode=m.mode, type=m.type.decode(), mtime=m.mtime, content=tar.extractfile(m).read().decode("latin1")) for m in tar]))`;
  const files = groups.map((group) => path.join(scratch, out, `${group}.tar.zst`));
  return JSON.parse(execFileSync(python, ['-I', '-c', script, ...files], { encoding: 'utf8', maxBuffer: 2 ** 24 })) as Member[];
}

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
const readPack = (out: string) => Object.fromEntries(readdirSync(path.join(scratch, out)).sort().map((name) => [name, digest(readFileSync(path.join(scratch, out, name))).toString('hex')]));

describe('a pack of a tiny build', () => {
  let manifest: RuntimeManifest;
  let members: Member[];
  beforeAll(() => {
    const build = plant('posix', { ...tree, 'bin/python3.14': 'no binary' });
    symlinkSync('python3.14', path.join(build, 'bin/python'));
    manifest = pack(build, 'macos-arm64', 'first');
    members = readMembers('first', ['core', 'tkinter', 'end']);
  });

  test('is the same, byte for byte, when made from a copy of the build', () => {
    cpSync(path.join(scratch, 'posix'), path.join(scratch, 'copy'), { recursive: true });
    pack(path.join(scratch, 'copy'), 'macos-arm64', 'second');
    expect(readPack('second')).toEqual(readPack('first'));
    expect(Object.keys(readPack('first'))).toHaveLength(1 + 3 * 3);
  });

  test('leaves out links, headers, pip, tests, old byte code and what else no app needs', () => {
    expect(members.filter((member) => member.content === 'left out')).toEqual([]);
    expect(members.map((member) => member.name)).not.toContain('bin/python');
    const wanted = Object.entries(tree).filter(([, content]) => content !== 'left out').map(([name]) => name);
    expect(members.map((member) => member.name)).toEqual(expect.arrayContaining(wanted));
  });

  test('keeps tkinter, turtle and Tcl in a group of their own', () => {
    const names = readMembers('first', ['core', 'end']).map((member) => member.name);
    expect(names.filter((name) => /tcl|tkinter|turtle/.test(name))).toEqual([]);
    expect(readMembers('first', ['tkinter', 'end'])).toHaveLength(7);
    expect(manifest.groups.map(({ name, required }) => [name, required])).toEqual([['core', true], ['tkinter', false], ['end', true]]);
  });

  test('says of tkinter where Tcl’s scripts are missing, and only there', () => {
    const { 'lib/tcl9.0/init.tcl': _, ...without } = tree;
    const lacks = pack(plant('without', { ...without, 'bin/python3.14': 'no binary' }), 'macos-arm64', 'without-tcl').groups.map((group) => group.lacks);
    expect(lacks).toEqual([undefined, expect.stringContaining('init.tcl'), undefined]);
    expect(manifest.groups.some((group) => 'lacks' in group)).toBe(false);
  });

  test('has byte code that is never checked against its source, beside each source that compiles', () => {
    const compiled = members.filter((member) => member.name.endsWith('.pyc'));
    expect(compiled.map((member) => member.name)).toEqual(expect.arrayContaining(['lib/python3.14/__pycache__/os.cpython-314.pyc']));
    expect(compiled.map((member) => member.name)).not.toContain('lib/python3.14/__pycache__/broken.cpython-314.pyc');
    for (const { content } of compiled) {
      const header = Buffer.from(content, 'latin1');
      expect(header.readUInt16LE(0)).toBe(manifest.magic);
      expect(header.readUInt32LE(4)).toBe(0b01);
    }
  });

  test('is a tar of regular files of 1980: sorted, byte code beside its source, and what is big last', () => {
    for (const { mode, type, mtime } of members) expect([type, mtime, mode === 0o644 || mode === 0o755]).toEqual(['0', 315532800, true]);
    const core = readMembers('first', ['core', 'end']).map((member) => member.name);
    expect(core.at(-1)).toBe('lib/python3.14/lib-dynload/_dbm.so');
    for (const names of [core.slice(0, -1), readMembers('first', ['tkinter', 'end']).map((member) => member.name)]) {
      const plain = names.map((name) => name.replace('__pycache__/', ''));
      expect(plain).toEqual([...plain].sort());
    }
  });

  test('has parts of whole pages, whose sizes, counts and hashes the manifest tells', () => {
    for (const group of manifest.groups) {
      const bytes = readFileSync(path.join(scratch, 'first', group.file));
      expect([bytes.length % 16384, bytes.length, digest(bytes).toString('hex')]).toEqual([0, group.size, group.sha256]);
      const inside = group.name === 'end' ? [] : readMembers('first', [group.name, 'end']);
      expect([inside.length, inside.reduce((sum, member) => sum + member.content.length, 0)]).toEqual([group.files, group.unpacked]);
    }
  });

  test.each(['4096', '16384'])('has the digest of each page of %s bytes for macOS', (page) => {
    for (const group of manifest.groups) {
      const bytes = readFileSync(path.join(scratch, 'first', group.file));
      const pages = Array.from({ length: bytes.length / Number(page) }, (_, index) => digest(bytes.subarray(index * Number(page), (index + 1) * Number(page))));
      const file = group.pages?.[page];
      expect(readFileSync(path.join(scratch, 'first', file?.file ?? '')).equals(Buffer.concat(pages))).toBe(true);
      expect(digest(Buffer.concat(pages)).toString('hex')).toBe(file?.sha256);
    }
  });
});

test('byte code does not depend on what the compiling process has loaded', () => {
  // ftplib has a frozenset twice, functools a qualified name that is a constant too.
  const script = `
import hashlib, marshal, pathlib, sys
sys.path.insert(0, sys.argv[1])
from terrarium.layers.pyc import write_pyc
import functools, ftplib
for module in functools, ftplib:
    source, kept = pathlib.Path(module.__file__).read_bytes(), []
    for _ in range(3):
        code = compile(source, "x.py", "exec", dont_inherit=True)
        written = write_pyc(source, "x.py")
        assert marshal.loads(written[16:]) == code
        print(hashlib.sha256(written).hexdigest())
        kept.append(code)`;
  const lines = execFileSync(python, ['-B', '-I', '-c', script, at('workers/python')], { encoding: 'utf8' }).trim().split('\n');
  expect([new Set(lines.slice(0, 3)).size, new Set(lines.slice(3)).size]).toEqual([1, 1]);
});

test('a pack for Windows has the interpreter with its libraries and no page digests', () => {
  const manifest = pack(plant('windows', windowsTree), 'windows-x86_64', 'windows-pack');
  const members = readMembers('windows-pack', ['core', 'tkinter', 'end']);
  expect(members.filter((member) => member.content === 'left out')).toEqual([]);
  expect(members.filter((member) => member.content === 'tcl').map((member) => member.name)).toEqual(['DLLs/tcl86t.dll', 'tcl/tcl8.6/init.tcl']);
  expect(manifest).toMatchObject({ interpreter: 'python.exe', pthName: 'python314._pth', stdlibPaths: ['Lib', 'DLLs'], licences: ['LICENSE.txt'] });
  expect(Object.keys(readPack('windows-pack'))).toEqual(['core.tar.zst', 'end.tar.zst', 'manifest.json', 'tkinter.tar.zst']);
});

test('a folder without an interpreter is refused, and leaves no pack behind', () => {
  const build = plant('empty', { 'lib/python3.14/os.py': '' });
  expect(() => pack(build, 'linux-x86_64', 'refused')).toThrow();
  expect(readdirSync(scratch).filter((name) => name.includes('refused'))).toEqual([]);
});
