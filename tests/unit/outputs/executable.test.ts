import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { inspectArtifact } from '../../../src/artifact/inspect-artifact';
import { identify } from '../../../src/formats/identify';
import { findLocator, locatorFlags, locatorLength, readLocator } from '../../../src/formats/locator/locator';
import { readResources, resourceTypes } from '../../../src/formats/pe/read-resources';
import type { Icon } from '../../../src/model/icon';
import type { Ingredients } from '../../../src/model/ingredients';
import type { Prepared } from '../../../src/model/output';
import executable from '../../../src/outputs/executable';
import { targets } from '../../../src/targets/registry';
import { makeTinyWheel } from '../../fixtures/wheels/make-tiny-wheel';
import { verifyMacho } from '../formats/verify-macho';
import { digestOf, makeIngredients, makeWheelIngredient, type FakeOptions } from './fake-ingredients';

const app = makeTinyWheel('fake', '1.0');
const wheels = [makeWheelIngredient(makeTinyWheel('aa', '1.0')), makeWheelIngredient(makeTinyWheel('bb', '2.0'))];

async function make(options: Partial<FakeOptions>, alter: (all: Ingredients) => void = () => undefined): Promise<{ prepared: Prepared; file: Buffer }> {
  const ingredients = makeIngredients({ app, wheels, ...options });
  alter(ingredients);
  const planned = await executable.plan(ingredients);
  if (!planned.ok) throw new Error(planned.failure.message);
  const [prepared] = planned.value;
  const joined = await executable.assemble(prepared!);
  if (!joined.ok) throw new Error(JSON.stringify(joined));
  return { prepared: prepared!, file: Buffer.from(await joined.value.arrayBuffer()) };
}

const locatorOf = (file: Buffer) => {
  const at = findLocator(file)!;
  return readLocator(file.subarray(at, at + locatorLength));
};

const kinds = { linux: 'elf', windows: 'pe', macos: 'macho' };

describe.each(targets.map(({ id, os, arch }) => ({ id, os, arch })))('for $id', ({ id, os, arch }) => {
  test('is as long as planned, of the right kind, and reads back with every digest right', async () => {
    const { prepared, file } = await make({ targets: [id] });
    expect(file.length).toBe(prepared.planned.size);
    expect(identify(file)).toEqual({ kind: kinds[os], arch });
    expect(await inspectArtifact('fake', new Blob([new Uint8Array(file)]), true)).toMatchObject({ ok: true, value: { checked: 7, size: file.length } });
  });

  test('has its layers end to end, from a page on, with the bytes that were given', async () => {
    const { prepared, file } = await make({ targets: [id] });
    const { layers, manifestOffset } = locatorOf(file);
    expect(layers.map(({ name, mount }) => `${name} ${mount}`)).toEqual(['runtime 0', 'packages 1', 'app 1']);
    let at = layers[0]!.offset;
    expect(at % 16384).toBe(0);
    for (const [index, layer] of layers.entries()) {
      const planned = prepared.planned.layers[index]!;
      expect([layer.offset, layer.size, layer.digest]).toEqual([at, planned.size, planned.digest]);
      const digests = planned.parts.map((part) => {
        const bytes = file.subarray(at, at + part.size);
        at += part.size;
        expect(digestOf(bytes), part.id).toBe(part.sha256);
        return Buffer.from(part.sha256!, 'hex');
      });
      expect(layer.digest).toBe(createHash('sha256').update(Buffer.concat(digests)).digest('hex'));
    }
    expect(at).toBe(manifestOffset);
  });

  test('carries the locator twice, and the end of the second is the file size it names', async () => {
    const { file } = await make({ targets: [id] });
    const first = findLocator(file)!;
    const { fileSize, manifestOffset, manifestSize, runtimeKey, layers } = locatorOf(file);
    expect(fileSize).toBe(manifestOffset + manifestSize + locatorLength);
    expect(file.subarray(fileSize - locatorLength, fileSize).equals(file.subarray(first, first + locatorLength))).toBe(true);
    expect(runtimeKey).toBe(layers[0]!.digest.slice(0, 32));
    expect(JSON.parse(file.toString('utf8', manifestOffset, manifestOffset + manifestSize))).toMatchObject({ name: 'fake', target: id, entry: 'fake', lock: 'lock-version = "1.0"\n' });
  });

  test('comes out the same twice, and other for another app', async () => {
    const [one, two] = [await make({ targets: [id] }), await make({ targets: [id] })];
    expect(one.file.equals(two.file)).toBe(true);
    const other = await make({ targets: [id] }, (all) => Object.assign(all.targets[0]!, { boot: all.end }));
    expect(locatorOf(other.file).appKey).not.toBe(locatorOf(one.file).appKey);
    expect(locatorOf(other.file).runtimeKey).toBe(locatorOf(one.file).runtimeKey);
  });

  test('has no packages layer where there are no dependencies', async () => {
    const { prepared } = await make({ targets: [id], wheels: [] });
    expect(prepared.planned.layers.map(({ name }) => name)).toEqual(['runtime', 'app']);
  });

  test('says by flags whether it has a window, whether byte code is still to be made, and who answers to self', async () => {
    const flags = async (options: Partial<FakeOptions>) => locatorOf((await make({ targets: [id], ...options })).file).flags;
    expect(await flags({})).toBe(0);
    expect(await flags({ entry: { windowed: true } })).toBe(locatorFlags.windowed);
    expect(await flags({ compiled: false })).toBe(locatorFlags.compile);
    expect(await flags({ selfCommands: true, entry: { windowed: true } })).toBe(locatorFlags.selfCommands | locatorFlags.windowed);
  });

  test('is another app where it answers to self', async () => {
    const [plain, given] = [await make({ targets: [id] }), await make({ targets: [id], selfCommands: true })];
    expect(locatorOf(given.file).appKey).not.toBe(locatorOf(plain.file).appKey);
  });
});

describe.each(['macos-arm64', 'macos-x86_64'])('the signature for %s', (id) => {
  test('holds for every page', async () => {
    const { file, prepared } = await make({ targets: [id] });
    expect(verifyMacho(file)).toMatchObject({ identifier: prepared.planned.name.replaceAll('_', '-'), pageSize: id.endsWith('arm64') ? 16384 : 4096 });
  });

  test('is the same whether page digests came with the runtime or not', async () => {
    const size = id.endsWith('arm64') ? 16384 : 4096;
    const plain = await make({ targets: [id] });
    const blobs: Uint8Array[] = [];
    for (const blob of makeIngredients({ app, targets: [id] }).targets[0]!.groupBlobs) {
      const bytes = Buffer.from(await blob.arrayBuffer());
      const pages = Array.from({ length: bytes.length / size }, (_, page) => createHash('sha256').update(bytes.subarray(page * size, (page + 1) * size)).digest());
      blobs.push(new Uint8Array(Buffer.concat(pages)));
    }
    const known = await make({ targets: [id] }, (all) => Object.assign(all.targets[0]!, { groupPages: blobs }));
    expect(known.file.equals(plain.file)).toBe(true);
  });
});

describe('an icon that was given', () => {
  const icon: Icon = { name: 'app.png', images: [{ width: 16, height: 16, bitCount: 32, bytes: new Uint8Array(300).fill(7) }] };
  const planFor = (targets: string[], image = icon) => executable.plan(makeIngredients({ app, targets, icon: image }));

  test('is in executables for Windows, and the plan says so', async () => {
    const { file, prepared } = await make({ targets: ['windows-x86_64'], icon });
    expect(readResources(file).filter(({ type }) => type === resourceTypes.icon).map(({ bytes }) => [...bytes])).toEqual([[...icon.images[0]!.bytes]]);
    expect(prepared.planned.parts[0]).toMatchObject({ id: 'launcher', reason: 'starts the app on Windows x86-64; version 1.0.0.0, icon of app.png (16 pixels)' });
  });

  test.each([[['linux-x86_64', 'macos-arm64'], ['app.png is used nowhere: executables for Windows have icons, and none is made.']], [['linux-x86_64', 'windows-x86_64'], []]])('for %j is noticed where nothing can have it', async (targets, notices) => {
    const planned = await planFor(targets);
    expect(planned.ok && planned.value.flatMap((one) => one.notices ?? [])).toEqual(notices);
  });

  test('that cannot be written is a failure, not a bug', async () => {
    const launcher = makeIngredients({ app, targets: ['windows-x86_64'] }).targets[0]!.launcher;
    const bytes = launcher.subarray(findLocator(launcher)!, findLocator(launcher)! + 64);
    const planned = await planFor(['windows-x86_64'], { ...icon, images: [{ ...icon.images[0]!, bytes }] });
    expect(planned).toMatchObject({ ok: false, failure: { code: 'plan/unsupported', message: expect.stringMatching(/^Cannot make executables: .*more than once/) } });
  });
});

test('has one artifact per target, with a reason for each part', async () => {
  const planned = await executable.plan(makeIngredients({ app, wheels }));
  if (!planned.ok) throw new Error();
  expect(planned.value.map(({ planned }) => planned.name).sort()).toEqual(
    ['fake-1.0-linux-arm64', 'fake-1.0-linux-x86_64', 'fake-1.0-macos-arm64', 'fake-1.0-macos-x86_64', 'fake-1.0-windows-x86_64.exe']);
  const parts = planned.value.flatMap(({ planned }) => [...planned.parts, ...planned.layers.flatMap((layer) => layer.parts)]);
  expect(parts.filter(({ reason }) => !reason)).toEqual([]);
  expect(parts.find(({ id }) => id.startsWith('wheel/aa'))?.reason).toBe('aa>=1 (the project)');
});
