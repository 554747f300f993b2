// The apps that faults are tried on: one of 12 files for what is tried at each system call, one of hundreds to be met in the middle, and CPython.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pythonApp } from './launcher-apps';
import { assemble, makeKeys, makeLayer, writeExecutable, type FixtureApp } from './launcher-assemble';
import type { TarFile } from './launcher-tar';

const text = (path: string, content: string, executable = false): TarFile => ({ path, bytes: Buffer.from(content), executable });

/** Bytes that do not compress, so that what a file takes on a disk is what it takes in the executable. */
function noise(name: string, size: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(size / 32) }, (_, i) => createHash('sha256').update(`${name} ${i}`).digest());
  return Buffer.concat(blocks).subarray(0, size);
}

const files = (folder: string, count: number, size: number): TarFile[] =>
  Array.from({ length: count }, (_, i) => ({ path: `${folder}/${Math.floor(i / 20)}/file${i}`, bytes: noise(`${folder} ${i}`, size) }));

/** Its interpreter is a shell script that prints the app's version; `wait` lets it go on until its input ends. */
export function scriptApp(runtimeFiles: number, appFiles: number, size: number, version = 'one'): FixtureApp {
  const script = '#!/bin/sh\nif [ "$3" = wait ]; then echo up; read -r line; fi\nread -r version <"$2"\necho "$version"\n';
  return {
    target: 'linux-x86_64',
    interpreter: 'bin/python3.14',
    glibc: [2, 17],
    layers: [
      makeLayer('runtime', 0, [text('bin/python3.14', script, true), text('lib/os.py', ''), ...files('lib', runtimeFiles, size)]),
      makeLayer('app', 1, [text('boot.py', `${version}\n`), ...files('site', appFiles, size)]),
    ],
  };
}

export const smallApp = (version = 'one'): FixtureApp => scriptApp(5, 4, 100, version);
export const middleApp = (): FixtureApp => scriptApp(400, 100, 10_000);

export interface Packed {
  path: string;
  bytes: Buffer;
  right: string;
  keys: { runtime: string; app: string };
}

export function pack(path: string, app: FixtureApp, right = 'one\n'): Packed {
  const bytes = assemble(app);
  return { path: writeExecutable(path, bytes), bytes, right, keys: makeKeys(app) };
}

/** CPython itself, saying hello; its keys are of no use to these tests. */
export function packPython(path: string, flags = 0): Packed {
  const bytes = pythonApp('linux-x86_64', { flags });
  return { path: writeExecutable(path, bytes), bytes, right: 'hello\n', keys: { runtime: '', app: '' } };
}

function describeEntry(path: string): string {
  const status = lstatSync(path);
  const mode = (status.mode & 0o777).toString(8);
  if (status.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (status.isDirectory()) return `folder ${mode}`;
  return `file ${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}

/** Everything below a folder, by content, no link followed: two caches are the same exactly when their censuses are. */
export function census(folder: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    found[path] = describeEntry(join(folder, path));
    if (entry.isDirectory()) Object.assign(found, census(folder, path));
  }
  return found;
}

/** What two censuses differ in, as a sentence; nothing when they agree. */
export function differ(found: Record<string, string>, expected: Record<string, string>): string | undefined {
  const paths = [...new Set([...Object.keys(found), ...Object.keys(expected)])];
  const different = paths.filter((path) => found[path] !== expected[path]);
  return different.length === 0 ? undefined : `the cache differs: ${different.slice(0, 4).map((path) => `${path}: ${found[path] ?? 'missing'} instead of ${expected[path] ?? 'nothing'}`).join('; ')}`;
}

const wholeTree = /^terrarium\/((?:runtimes|apps)\/[0-9a-f]{32})\/\.ok$/;

/** A tree that has its marker must be complete, at any moment whatever. */
export function findHalfTree(cache: string, expected: Record<string, string>): string | undefined {
  const found = census(cache);
  for (const path of Object.keys(found)) {
    const tree = wholeTree.exec(path)?.[1];
    if (tree === undefined) continue;
    const part = (all: Record<string, string>) => Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith(`terrarium/${tree}/`)));
    const problem = differ(part(found), part(expected));
    if (problem !== undefined) return `a tree with a marker is not whole: ${problem}`;
  }
  return undefined;
}
