import { expect, test } from 'vitest';
import { targets } from '../../../src/targets/registry';
// @ts-expect-error plain JavaScript, as set-up runs before anything is installed
import { checkCatalogue, readCatalogue } from '../../../tools/runtimes/read-catalogue.mjs';
// @ts-expect-error as above
import { findHostTarget } from '../../../tools/runtimes/host-target.mjs';
// @ts-expect-error as above
import { findHostBuild } from '../../../tools/runtimes/pack-build.mjs';

const source = { kind: 'go-module', module: 'example.org/python', version: 'v1.0.0', sum: 'h1:abc=' };
const build = { python: '3.14.6', target: 'linux-x86_64', source: 'a', build: 'linux-amd64', pack: true };
const catalogue = (change: object) => ({ format: 1, sources: { a: source }, builds: [build], ...change });

test('the catalogue that ships has nothing to complain about', () => {
  expect(checkCatalogue(readCatalogue())).toEqual([]);
});

test.each(targets.map((target) => target.id))('the catalogue that ships packs Python 3.14 for %s', (target) => {
  const builds: { python: string; target: string; pack: boolean }[] = readCatalogue().builds;
  expect(builds.filter((each) => each.target === target && each.python.startsWith('3.14.') && each.pack)).toHaveLength(1);
});

test.each([
  ['of another format', { format: 2 }, 'its format is 2'],
  ['with a source of unknown kind', { sources: { a: { kind: 'ftp' } } }, 'is of kind "ftp"'],
  ['with a Go module without checksum', { sources: { a: { ...source, sum: undefined } } }, 'as its sum'],
  ['with archives without release', { sources: { a: { kind: 'archives', location: 'x' } } }, 'as its release'],
  ['with a series instead of a version', { builds: [build, { ...build, python: '3.15' }] }, 'no full version'],
  ['with an unknown target', { builds: [build, { ...build, target: 'solaris-sparc' }] }, 'unknown target'],
  ['with a source that is not there', { builds: [build, { ...build, target: 'linux-arm64', source: 'b' }] }, 'names the source "b"'],
  ['with a folder that leaves the Go module', { builds: [build, { ...build, target: 'linux-arm64', build: '../x' }] }, 'does not name its folder'],
  ['with a malformed hash', { builds: [build, { ...build, target: 'linux-arm64', sha256: 'beef' }] }, 'malformed sha256'],
  ['with a build twice', { builds: [build, build] }, 'is there twice'],
  ['without a Python that can pack', { builds: [{ ...build, python: '3.11.11' }] }, 'no build is of Python 3.14'],
])('a catalogue %s is refused with one sentence', (_, change, sentence) => {
  expect(checkCatalogue(catalogue(change))).toEqual([expect.stringContaining(sentence)]);
});

test.each([['linux', 'x64', 'linux-x86_64'], ['darwin', 'arm64', 'macos-arm64'], ['win32', 'x64', 'windows-x86_64']])('%s on %s is the target %s', (platform, arch, target) => {
  expect(findHostTarget(platform, arch)).toBe(target);
});

test('a machine without a CPython build is told so', () => {
  expect(() => findHostTarget('freebsd', 'x64')).toThrow('there is none for freebsd on x64');
});

test('byte code of a Python is compiled by this machine’s build of the same series, or not at all', () => {
  const builds = [build, { ...build, python: '3.11.11' }, { ...build, target: 'macos-arm64' }];
  expect(findHostBuild({ builds }, '3.11.9', 'linux-x86_64').python).toBe('3.11.11');
  expect(() => findHostBuild({ builds }, '3.11.11', 'macos-arm64')).toThrow('has none of 3.11');
});
