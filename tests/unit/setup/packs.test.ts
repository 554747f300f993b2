// The packs that set-up made: what the manifests promise, and what others read from the binaries.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RuntimeCatalogue, RuntimeManifest } from '../../../src/model/runtime';
import { findTarget } from '../../../src/targets/registry';
// @ts-expect-error plain JavaScript, as set-up runs before anything is installed
import { findProgram } from '../../../tools/setup/find-program.mjs';
// @ts-expect-error as above
import { at } from '../../../tools/setup/paths.mjs';

const runtimes: string = at('public/runtimes');
const catalogue = JSON.parse(readFileSync(path.join(runtimes, 'catalogue.json'), 'utf8')) as RuntimeCatalogue;
const megabyte = 1e6;

/** Of a 3.14 pack without tkinter's group. */
const limit = (target: string) => (target === 'linux-x86_64' ? 16 : 13) * megabyte;

describe.each(catalogue.runtimes.map((runtime) => [runtime.folder, runtime] as const))('the pack %s', (folder, runtime) => {
  const bytes = readFileSync(path.join(runtimes, folder, 'manifest.json'));
  const manifest = JSON.parse(bytes.toString('utf8')) as RuntimeManifest;
  const target = findTarget(runtime.target);

  test('has the manifest that the catalogue names', () => {
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(runtime.sha256);
    expect([manifest.python, manifest.series, manifest.target]).toEqual([runtime.python, runtime.series, runtime.target]);
    expect(manifest.source).toMatch(/ v\S+ h1:|\.tar\.gz/);
    expect(manifest.licences).not.toEqual([]);
  });

  test('has every file with the size that the manifest tells', () => {
    for (const group of manifest.groups) {
      expect(statSync(path.join(runtimes, folder, group.file)).size).toBe(group.size);
      expect(Object.keys(group.pages ?? {})).toEqual(target?.executable === 'macho' ? ['4096', '16384'] : []);
      for (const pages of Object.values(group.pages ?? {})) expect(existsSync(path.join(runtimes, folder, pages.file))).toBe(true);
    }
  });

  test('is small enough without tkinter', () => {
    const size = manifest.groups.filter((group) => group.required).reduce((sum, group) => sum + group.size, 0);
    expect(size).toBeLessThanOrEqual(limit(runtime.target));
  });

  test('tells the least system that its binaries ask for', () => {
    const key = { elf: 'glibc', macho: 'macos', pe: 'windows' }[target?.executable ?? 'elf'];
    expect(manifest.minimum).toEqual({ [key]: expect.stringMatching(/^\d+\.\d+(\.\d+)?$/) });
  });
});

const readelf: string | undefined = findProgram('llvm-readelf', 'readelf');
test.skipIf(!readelf)('the least glibc is the one that readelf finds in the interpreter', () => {
  for (const { folder } of catalogue.runtimes.filter((runtime) => runtime.target.startsWith('linux-') && runtime.series === '3.14')) {
    const { interpreter, minimum } = JSON.parse(readFileSync(path.join(runtimes, folder, 'manifest.json'), 'utf8')) as RuntimeManifest;
    const found = execFileSync(readelf!, ['-V', at('.build/cpython', folder, interpreter)], { encoding: 'utf8', maxBuffer: 1e8 }).matchAll(/Name: GLIBC_2\.(\d+)/g);
    expect(minimum.glibc).toBe(`2.${Math.max(...[...found].map(([, minor]) => Number(minor)))}`);
  }
});

const otool: string | undefined = findProgram('llvm-objdump');
test.skipIf(!otool)('the least macOS is the one that llvm-objdump finds in the interpreter', () => {
  for (const { folder } of catalogue.runtimes.filter((runtime) => runtime.target.startsWith('macos-'))) {
    const { interpreter, minimum } = JSON.parse(readFileSync(path.join(runtimes, folder, 'manifest.json'), 'utf8')) as RuntimeManifest;
    const found = execFileSync(otool!, ['--macho', '--private-headers', at('.build/cpython', folder, interpreter)], { encoding: 'utf8', maxBuffer: 1e8 });
    expect(found).toMatch(new RegExp(`(minos|version) ${minimum.macos}\n`));
  }
});
