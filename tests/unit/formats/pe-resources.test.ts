// Icon and version information in the Windows launcher: what was there stays, what LLVM reads is what was written.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { FormatError } from '../../../src/formats/format-error';
import { assertOneLocator } from '../../../src/formats/locator/patch-launcher';
import { preparePe } from '../../../src/formats/pe/prepare-pe';
import { readPe } from '../../../src/formats/pe/read-pe';
import { readResources, resourceTypes } from '../../../src/formats/pe/read-resources';
import { writeResources, type PeResources } from '../../../src/formats/pe/write-resources';
import { drawIcon } from '../../../src/outputs/executable/draw-icon';

const launcher = readFileSync('public/launchers/windows-x86_64');
const { locatorOffset } = JSON.parse(readFileSync('public/launchers/launchers.json', 'utf8')).launchers['windows-x86_64'];
const readobj = ['llvm-readobj', 'llvm-readobj-14'].find((name) => spawnSync(name, ['--version']).error === undefined);
const folder = mkdtempSync(join(tmpdir(), 'terrarium-pe-'));
afterAll(() => rmSync(folder, { recursive: true }));

const make = (strings: Record<string, string> = { ProductName: 'Pflänzchen 漢字 😀' }, icon = drawIcon()): PeResources => ({ icon, version: { numbers: [2026, 10, 26, 65535], prerelease: true, strings } });
const written = Buffer.from(writeResources(launcher, make()));
const manifest = (bytes: Uint8Array) => readResources(bytes).filter(({ type }) => type === resourceTypes.manifest);

describe('a launcher with icon and version', () => {
  test('keeps its manifest byte for byte', () => {
    const text = readFileSync('launcher/src/launcher.manifest');
    expect(manifest(written).map(({ bytes }) => Buffer.from(bytes).equals(text))).toEqual([true]);
    for (const word of ['longPathAware', 'activeCodePage', 'asInvoker']) expect(text.includes(word)).toBe(true);
  });

  test('keeps every byte before its resources but those of the headers, its locator among them', () => {
    const { sections } = readPe(launcher);
    const start = sections.find(({ name }) => name === '.rsrc')!.rawOffset;
    const head = sections[0]!.rawOffset;
    expect(written.subarray(head, start).equals(launcher.subarray(head, start))).toBe(true);
    expect(assertOneLocator(written)).toBe(locatorOffset);
  });

  test('keeps its relocations', () => {
    const data = (bytes: Buffer) => readPe(bytes).sections.filter(({ name }) => name === '.reloc').map(({ rawOffset, rawSize }) => bytes.subarray(rawOffset, rawOffset + rawSize).toString('hex'));
    expect(data(written)).toEqual(data(launcher));
  });

  test('has sections in order, none over another, in file and memory, and says their sum', () => {
    const { sections, at, alignment } = readPe(written);
    const optional = at.checksum - 64;
    let [memory, file] = [alignment.memory, written.readUInt32LE(optional + 60)];
    for (const { name, virtualAddress, virtualSize, rawOffset, rawSize } of sections) {
      expect([virtualAddress, rawOffset, rawSize % alignment.file], name).toEqual([memory, file, 0]);
      memory += Math.ceil(virtualSize / alignment.memory) * alignment.memory;
      file += rawSize;
    }
    expect([written.readUInt32LE(optional + 56), written.length]).toEqual([memory, file]);
    const code = sections.find(({ name }) => name === '.text')!.rawSize;
    expect(written.readUInt32LE(at.initializedData)).toBe(sections.reduce((sum, { rawSize }) => sum + rawSize, 0) - code);
  });

  test('comes out the same twice, wherever its bytes lie', () => {
    const moved = new Uint8Array(launcher.length + 3).subarray(3);
    moved.set(launcher);
    expect(written.equals(writeResources(moved, make()))).toBe(true);
  });

  test('comes out the same where there is no Buffer, as in a browser', () => {
    vi.stubGlobal('Buffer', undefined);
    const made = writeResources(launcher, make());
    vi.unstubAllGlobals();
    expect(written.equals(made)).toBe(true);
    expect(readPe(made).sections.map(({ name }) => name)).toEqual(readPe(launcher).sections.map(({ name }) => name));
  });

  test('gets its subsystem afterwards, and no checksum', () => {
    const made = preparePe(written, 'windowed');
    expect(readPe(made).subsystem).toBe(2);
    expect(Buffer.from(made).readUInt32LE(readPe(made).at.checksum)).toBe(0);
    expect(manifest(made)).toHaveLength(1);
  });

  test('has every image of its icon, and a group that names them', () => {
    const found = readResources(written);
    const images = found.filter(({ type }) => type === resourceTypes.icon);
    expect(images.map(({ bytes }) => Buffer.from(bytes))).toEqual(drawIcon().map(({ bytes }) => Buffer.from(bytes)));
    const group = Buffer.from(found.find(({ type }) => type === resourceTypes.iconGroup)!.bytes);
    expect([group.readUInt16LE(2), group.readUInt16LE(4)]).toEqual([1, 4]);
    const entries = drawIcon().map(({ width, bytes }, index) => [width & 255, 32, bytes.length, images[index]!.id]);
    expect(entries).toEqual(entries.map((_, index) => [group[6 + 14 * index], group.readUInt16LE(12 + 14 * index), group.readUInt32LE(14 + 14 * index), group.readUInt16LE(18 + 14 * index)]));
  });

  test.runIf(readobj)('is read by LLVM as it was written', () => {
    const path = join(folder, 'app.exe');
    writeFileSync(path, written);
    const { stdout, stderr } = spawnSync(readobj!, ['--coff-resources', path], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect([...stdout.matchAll(/Type: (.*) \[/g)].map(([, type]) => type)).toEqual(['ICON (ID 3)', 'GROUP_ICON (ID 14)', 'VERSIONINFO (ID 16)', 'MANIFEST (ID 24)']);
    expect(stdout).toContain('Total Number of Resources: 7');
    expect(stdout).toMatch(/DataSize: 850\b/);
    expect(new Set([...stdout.matchAll(/Time\/Date Stamp: (.*) \(/g)].map(([, date]) => date))).toEqual(new Set(['1970-01-01 00:00:00']));
  });
});

describe('an icon', () => {
  test('that holds the magic of a locator is found out, not patched', () => {
    const image = { width: 16, height: 16, bitCount: 32, bytes: Uint8Array.from(launcher.subarray(locatorOffset, locatorOffset + 64)) };
    expect(() => assertOneLocator(writeResources(launcher, make({}, [image])))).toThrow(/more than once/);
  });

  test.each([1, 7, 64])('may have %i images of any length', (count) => {
    const images = Array.from({ length: count }, (_, index) => ({ width: 16, height: 16, bitCount: 32, bytes: new Uint8Array(index * 1001 + 1).fill(index) }));
    const made = writeResources(launcher, make({}, images));
    expect(readResources(made).filter(({ type }) => type === resourceTypes.icon).map(({ bytes }) => bytes.length)).toEqual(images.map(({ bytes }) => bytes.length));
    expect(manifest(made).map(({ bytes }) => [...bytes])).toEqual(manifest(launcher).map(({ bytes }) => [...bytes]));
  });
});

describe('a launcher that is broken', () => {
  test.each([['icon', make(undefined, drawIcon().slice(1))], ['version', make({ ProductName: 'another' })]])('or has another %s already is refused', (_, other) => {
    expect(() => writeResources(written, other)).toThrow(FormatError);
    expect(() => writeResources(written, other)).toThrow(/has an icon or a version already/);
  });

  test('is refused when cut short', () => {
    for (let size = 0; size < launcher.length; size += size < 1100 ? 13 : 4099) expect(() => writeResources(launcher.subarray(0, size), make()), `cut at ${size}`).toThrow(FormatError);
  });

  const attempt = (bytes: Uint8Array): void => {
    try {
      writeResources(bytes, make());
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
    }
  };
  const damage = (from: number, to: number, step: number) => {
    for (let at = from; at < to; at += step) for (const value of [0, 0x7f, 0xff]) {
      const damaged = Buffer.from(launcher);
      damaged[at] = value;
      attempt(damaged);
    }
  };

  test('gives FormatError or an executable when its headers are altered', () => damage(0, 0x400, 3));

  test('gives FormatError or an executable when its resources are altered', () => {
    const { rawOffset } = readPe(launcher).sections.find(({ name }) => name === '.rsrc')!;
    damage(rawOffset, rawOffset + 0x70, 1);
  });

  test('its resources are read, or refused, wherever their tree leads', () => {
    const { rawOffset } = readPe(launcher).sections.find(({ name }) => name === '.rsrc')!;
    const lead = (at: number, value: number) => {
      const altered = Buffer.from(launcher);
      altered.writeUInt32LE(value, rawOffset + at);
      return altered;
    };
    expect(() => readResources(lead(20, 0x80000000))).toThrow(/three levels/);
    expect(() => readResources(lead(20, 0x18))).toThrow(/three levels/);
    expect(() => readResources(lead(0x48, 0))).toThrow(/outside of its section/);
    expect(() => readResources(lead(0x4c, 0xffffffff))).toThrow(/outside of its section/);
    expect(() => readResources(lead(12, 0xffffffff))).toThrow(FormatError);
  });
});
