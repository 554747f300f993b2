import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findLeastGlibc } from '../../../src/formats/elf/find-least-glibc';
import { readElf } from '../../../src/formats/elf/read-elf';
import { FormatError } from '../../../src/formats/format-error';
import { identify } from '../../../src/formats/identify';
import { preparePe } from '../../../src/formats/pe/prepare-pe';
import { readPe } from '../../../src/formats/pe/read-pe';
import { writeTar } from '../../../src/formats/tar/write-tar';
import { makeZip } from '../../fixtures/broken/make-zip';

const launcher = (target: string): Buffer => readFileSync(`public/launchers/${target}`);
const windows = launcher('windows-x86_64');
const readelf = ['readelf', 'llvm-readelf-14'].find((name) => spawnSync(name, ['--version']).error === undefined);

test.each([
  ['elf', 'x86_64', launcher('linux-x86_64')], ['elf', 'arm64', launcher('linux-arm64')], ['macho', 'arm64', launcher('macos-arm64')], ['macho', 'x86_64', launcher('macos-x86_64')],
  ['pe', 'x86_64', windows], ['zip', undefined, makeZip([{ name: 'a', content: '' }])], ['zip', undefined, makeZip([])], ['zip', undefined, makeZip([{ name: 'a', content: '' }], { prefix: Buffer.from('#!/usr/bin/env python3\n') })],
  ['gzip', undefined, Buffer.from('1f8b08', 'hex')], ['zstd', undefined, Buffer.from('28b52ffd00', 'hex')], ['tar', undefined, writeTar([{ path: 'a', bytes: new Uint8Array(), executable: false }])],
  ['script', undefined, Buffer.from('#!/bin/sh\n')], ['macho', 'universal', Buffer.from('cafebabe00000002', 'hex')], ['unknown', undefined, Buffer.from('cafebabe00000034', 'hex')],
  ['unknown', undefined, new Uint8Array()], ['unknown', undefined, Buffer.from('hello')],
])('identifies %s %s', (kind, arch, bytes) => {
  expect(identify(bytes)).toEqual(arch ? { kind, arch } : { kind });
});

test('identifying never throws, however short the file', () => {
  for (const bytes of [windows, launcher('macos-arm64'), launcher('linux-arm64')]) for (let size = 0; size < 400; size++) identify(bytes.subarray(0, size));
});

describe('a Windows executable', () => {
  test('is read', () => {
    const pe = readPe(windows);
    expect(pe).toMatchObject({ arch: 'x86_64', library: false, subsystem: 3 });
    expect(pe.sections.map(({ name }) => name)).toContain('.text');
  });

  test('gets its subsystem and a length of a multiple of 8, nothing else', () => {
    const odd = Buffer.concat([windows, Buffer.alloc(3)]);
    const made = preparePe(odd, 'windowed');
    expect(readPe(made).subsystem).toBe(2);
    expect(made.length % 8).toBe(0);
    const { at } = readPe(windows);
    const changed = [...odd.keys()].filter((index) => odd[index] !== made[index]);
    expect(changed.every((index) => index === at.subsystem || (index >= at.checksum && index < at.checksum + 4))).toBe(true);
    expect(Buffer.from(preparePe(made, 'console')).equals(preparePe(odd, 'console'))).toBe(true);
  });

  test('loses a certificate, its directory entry too', () => {
    const padded = Buffer.from(preparePe(windows, 'console'));
    const entry = readPe(padded).at.directories + 32;
    const signed = Buffer.concat([padded, Buffer.alloc(64, 9)]);
    signed.writeUInt32LE(padded.length, entry);
    signed.writeUInt32LE(64, entry + 4);
    expect(Buffer.from(preparePe(signed, 'console')).equals(padded)).toBe(true);
    signed.writeUInt32LE(0x400, entry);
    expect(() => preparePe(signed, 'console')).toThrow(FormatError);
  });

  test('gives only FormatError when cut short', () => {
    for (let size = 0; size < windows.length; size += size < 2000 ? 1 : 997) expect(() => readPe(windows.subarray(0, size))).toThrow(FormatError);
  });
});

const libraries = ['/lib/x86_64-linux-gnu/libm.so.6', '/lib/aarch64-linux-gnu/libm.so.6', '/usr/aarch64-linux-gnu/lib/libm.so.6', '/bin/ls'].filter((path) => existsSync(path));

describe('an ELF file', () => {
  test('of ours is static', () => {
    expect(readElf(launcher('linux-arm64'))).toMatchObject({ arch: 'arm64', needed: [], versions: {} });
    expect(readElf(launcher('linux-x86_64')).interpreter).toBeUndefined();
    expect(findLeastGlibc(readElf(launcher('linux-x86_64')))).toBeUndefined();
  });

  test.runIf(readelf).each(libraries)('%s is read as readelf reads it', (path) => {
    const text = execFileSync(readelf!, ['-dVW', path], { encoding: 'utf8' });
    const elf = readElf(readFileSync(path));
    expect(elf.needed).toEqual([...text.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map((match) => match[1]));
    const needs = text.slice(text.indexOf('Version needs section'));
    expect(Object.values(elf.versions).flat()).toEqual([...needs.matchAll(/Name: (\S+) +Flags/g)].map((match) => match[1]));
  });

  test.runIf(existsSync('/bin/ls'))('names its interpreter', () => {
    expect(readElf(readFileSync('/bin/ls')).interpreter).toMatch(/^\/lib/);
  });

  test('needs the highest of its versions, compared as numbers', () => {
    expect(findLeastGlibc({ versions: { 'libc.so.6': ['GLIBC_2.9', 'GLIBC_2.17', 'GLIBC_2.2.5', 'GLIBC_PRIVATE'], 'libm.so.6': ['GLIBC_2.4'] } })).toEqual([2, 17]);
  });

  test.runIf(libraries.length > 0)('gives FormatError or a structure when cut short or damaged', () => {
    const bytes = readFileSync(libraries[0]!);
    const attempt = (data: Uint8Array): void => {
      try {
        readElf(data);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    };
    for (let size = 0; size < bytes.length; size += size < 2000 ? 1 : 1009) attempt(bytes.subarray(0, size));
    for (let at = 0; at < 1200; at++) for (const value of [0, 0x7f, 0xff]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = value;
      attempt(damaged);
    }
  });
});
