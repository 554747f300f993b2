import { readdirSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/format-error';
import { findLocator, locatorFlags, locatorLength, readLocator, writeLocator, type Locator } from '../../../src/formats/locator/locator';
import { assertOneLocator, patchLauncher } from '../../../src/formats/locator/patch-launcher';

const sample: Locator = {
  flags: locatorFlags.windowed | locatorFlags.selfCommands,
  fileSize: 2 ** 33 + 1, manifestOffset: 2 ** 33 - 5000, manifestSize: 3977,
  runtimeKey: '0123456789abcdef'.repeat(2), appKey: 'f'.repeat(32), interpreter: 'bin/python3.14', name: 'plötter',
  glibcMajor: 2, glibcMinor: 17, manifestDigest: 'cd'.repeat(32),
  layers: [
    { offset: 163840, size: 15_000_000, unpacked: 68_000_000, files: 618, mount: 0, digest: '12'.repeat(32), name: 'runtime' },
    { offset: 2 ** 32 + 7, size: 1, unpacked: 2, files: 3, mount: 1, digest: 'ab'.repeat(32), name: 'app' },
  ],
};
const bytes = Buffer.from(writeLocator(sample));

test('has every field where launcher/FORMAT.md says', () => {
  const text = (at: number, size: number): string => bytes.toString('utf8', at, at + size).replace(/\0+$/, '');
  expect(bytes.length).toBe(1024);
  expect(bytes.toString('hex', 0, 16)).toBe('54455252415249554d004c4f430d0a1a');
  expect([16, 20, 24, 28].map((at) => bytes.readUInt32LE(at))).toEqual([1, 1024, 5, 2]);
  expect([32, 40, 48, 56].map((at) => Number(bytes.readBigUInt64LE(at)))).toEqual([2 ** 33 + 1, 2 ** 33 - 5000, 3977, 0]);
  expect([text(64, 64), text(128, 64), text(192, 64), text(256, 64)]).toEqual([sample.runtimeKey, sample.appKey, 'bin/python3.14', 'plötter']);
  expect([bytes.readUInt16LE(320), bytes.readUInt16LE(322)]).toEqual([2, 17]);
  expect(bytes.toString('hex', 324, 356)).toBe('cd'.repeat(32));
  expect([512, 520, 528].map((at) => Number(bytes.readBigUInt64LE(at)))).toEqual([2 ** 32 + 7, 1, 2]);
  expect([536, 540].map((at) => bytes.readUInt32LE(at))).toEqual([3, 1]);
  expect([bytes.toString('hex', 544, 576), text(576, 32)]).toEqual(['ab'.repeat(32), 'app']);
  expect(bytes.subarray(640, 1020).every((byte) => byte === 0)).toBe(true);
  expect(bytes.readUInt32LE(1020)).toBe(crc32(bytes.subarray(0, 1020)));
});

test('reads back the same', () => {
  expect(readLocator(bytes)).toEqual(sample);
});

test('cuts a long name between characters and refuses a long path', () => {
  expect(readLocator(writeLocator({ ...sample, name: 'ö'.repeat(40) })).name).toBe('ö'.repeat(31));
  expect(() => writeLocator({ ...sample, interpreter: 'x'.repeat(64) })).toThrow(RangeError);
});

test('gives only FormatError when cut at each byte or changed in any', () => {
  for (let at = 0; at < locatorLength; at++) {
    expect(() => readLocator(bytes.subarray(0, at))).toThrow(FormatError);
    const changed = Buffer.from(bytes);
    changed[at]! ^= 0x10;
    expect(() => readLocator(changed), `${at}`).toThrow(FormatError);
  }
});

test.each([
  ['another version', 16, 2, /version 2/], ['unknown flags', 24, 8, /unknown flags/], ['five layers', 28, 5, /5 layers/], ['a reserved byte', 56, 1, /reserved/],
  ['a reserved byte of a layer', 480, 1, /reserved/], ['an unused layer', 900, 1, /reserved/], ['an unknown mount', 412, 2, /mount 2/], ['a key in capitals', 64, 0x41, /key/],
])('refuses %s though its CRC is right', (_, at, value, message) => {
  const changed = Buffer.from(bytes);
  changed[at] = value;
  changed.writeUInt32LE(crc32(changed.subarray(0, 1020)), 1020);
  expect(() => readLocator(changed)).toThrow(message);
});

describe('in a launcher', () => {
  const launcher = Buffer.concat([Buffer.alloc(640, 'T'), writeLocator({ ...sample, layers: [] }), Buffer.from('TERRARIUM')]);
  test('is found and replaced, in a copy', () => {
    const before = Buffer.from(launcher);
    const patched = patchLauncher(launcher, bytes);
    expect(readLocator(patched.subarray(640, 640 + locatorLength))).toEqual(sample);
    expect(launcher.equals(before)).toBe(true);
  });

  test.each([
    ['it is not there', launcher.subarray(0, 600), /no magic/], ['it is there twice', Buffer.concat([launcher, bytes]), /more than once/],
    ['it is cut off', launcher.subarray(0, 1000), /where no locator can be/], ['it is not aligned', launcher.subarray(1), /where no locator can be/],
  ])('is refused where %s', (_, damaged, message) => {
    expect(() => patchLauncher(damaged, bytes)).toThrow(message);
  });

  const folder = 'public/launchers';
  test.each(readdirSync(folder).filter((name) => !name.endsWith('.json')))('%s has one slot', (name) => {
    const file = readFileSync(`${folder}/${name}`);
    expect(findLocator(file)).toBe(assertOneLocator(file));
  });
});
