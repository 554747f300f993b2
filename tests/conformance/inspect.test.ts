// `terrarium inspect` on what it was made for, on what was damaged on the way, and on what is something else.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectFile } from '../../src/artifact/inspect-file';
import type { Inspection } from '../../src/artifact/inspect-artifact';
import { findLocator, locatorLength } from '../../src/formats/locator/locator';
import { pathOf, program, terrarium, type Result } from '../platforms/terrarium';

const folder = mkdtempSync(join(tmpdir(), 'terrarium-inspect-'));
const nobody = 'http://127.0.0.1:9/simple/';
const greet = new URL('../world/projects/greet.py', import.meta.url).pathname;
let result: Result;
const good: Record<string, Buffer> = {};
const kinds = ['linux-x86_64', 'windows-x86_64', 'macos-arm64'];

beforeAll(async () => {
  result = await terrarium(['build', greet, '--index', nobody, '--out', join(folder, 'out'), '--target', kinds.join(',')]);
  if (result.code !== 0) throw new Error(JSON.stringify(result.failure ?? result.stderr));
  for (const target of kinds) good[target] = readFileSync(pathOf(result, 'executable', target));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const look = (bytes: Uint8Array) => inspectFile('app', new Blob([new Uint8Array(bytes)]));

/** By the CLI, as people call it. */
function run(path: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'inspect', path, ...words], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

async function place(target: string): Promise<Inspection> {
  const found = await look(good[target]!);
  if (!found.ok || !('locator' in found.value)) throw new Error(JSON.stringify(found));
  return found.value;
}

function flip(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at]! ^= 0x04;
  return changed;
}

async function expectCorrupt(bytes: Buffer, message: RegExp): Promise<void> {
  const found = await look(bytes);
  expect(found).toMatchObject({ ok: false, failure: { code: 'artifact/corrupt' } });
  if (found.ok) return;
  expect(found.failure.message).toMatch(message);
  expect(found.failure.notes.length, found.failure.message).toBeGreaterThan(0);
}

describe('a good executable', () => {
  test('is told in lines', () => {
    const { status, stdout, stderr } = run(pathOf(result, 'executable', 'linux-x86_64'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^greet 1\.0 for linux-x86_64 \(elf x86_64\), CPython 3\.14\.\d+, starts greet\n\d+ bytes; runtime [0-9a-f]{32}, app [0-9a-f]{32}; 4 parts checked\nneeds at least glibc 2\.17\n/);
    expect(stdout).toMatch(/^runtime .*\n {2}runtime\/core .* [0-9a-f]{64}\n/m);
  });

  test('is told as one line of JSON', () => {
    const { status, stdout } = run(pathOf(result, 'executable', 'windows-x86_64'), '--json');
    expect(status).toBe(0);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(JSON.parse(stdout)).toMatchObject({ form: 'pe x86_64', manifest: { name: 'greet', target: 'windows-x86_64' }, checked: 4 });
  });
});

describe.each(kinds)('an executable for %s', (target) => {
  test('that was cut anywhere is no longer one', async () => {
    const { locator: { manifestOffset, fileSize, layers } } = await place(target);
    const inside = layers.flatMap(({ offset, size }) => [offset, offset + size - 1]);
    for (const at of [1, 64, 4096, ...inside, manifestOffset, manifestOffset + 10, fileSize - locatorLength, fileSize - 1]) await expectCorrupt(good[target]!.subarray(0, at), /cut|no Terrarium locator|Reading the locator/);
  });

  test('with another byte in a layer names the part', async () => {
    const { manifest } = await place(target);
    for (const layer of manifest.layers) {
      let at = layer.offset;
      for (const part of layer.parts) {
        await expectCorrupt(flip(good[target]!, at + (part.size >> 1)), new RegExp(`${part.id.replaceAll('.', '\\.')} has the digest [0-9a-f]{64}; ${part.sha256} was packed`));
        at += part.size;
      }
    }
  });

  test('with another byte in either locator says so', async () => {
    const { locator: { fileSize } } = await place(target);
    const slot = findLocator(good[target]!)!;
    for (const at of [17, 40, 70, 130, 200, 390, 420, 1021]) {
      await expectCorrupt(flip(good[target]!, slot + at), /locator/);
      await expectCorrupt(flip(good[target]!, fileSize - locatorLength + at), /The two copies of the locator in app differ/);
    }
    await expectCorrupt(flip(good[target]!, slot), /no Terrarium locator/);
  });

  test('with another byte in what the manifest says of its layers says so', async () => {
    const { locator: { manifestOffset, manifestSize } } = await place(target);
    const text = good[target]!.toString('latin1', manifestOffset, manifestOffset + manifestSize);
    const spots = { brace: 0, format: text.indexOf('"format"') + 1, offset: text.indexOf('"offset"') + 10, digest: text.indexOf('"digest"') + 14, part: text.indexOf('"sha256"') + 14, name: text.indexOf('"name"') + 9, lock: text.indexOf('"lock"') + 20, version: text.indexOf('"version"') + 12, size: text.indexOf('"size"') + 8, unpacked: text.indexOf('"unpacked"') + 12, files: text.indexOf('"files"') + 9, mount: text.indexOf('"mount"') + 10, last: text.lastIndexOf('}') };
    for (const [name, at] of Object.entries(spots)) {
      const found = await look(flip(good[target]!, manifestOffset + at));
      expect(found, name).toMatchObject({ ok: false, failure: { code: 'artifact/corrupt', message: expect.stringMatching(/manifest|layer|digest/) } });
    }
  });
});

describe('a manifest of another shape', () => {
  test.each([
    ['null', 'null'], ['a list', '[]'], ['no layers', '{"format":1,"name":"","version":"","python":"","target":"","entry":"","lock":""}'],
    ['layers that are none', '{"format":1,"name":"","version":"","python":"","target":"","entry":"","lock":"","layers":[1]}'], ['nothing', ''], ['deep nesting', '['.repeat(5000)],
  ])('%s is refused', async (_, text) => {
    const { locator: { manifestOffset, manifestSize } } = await place('linux-x86_64');
    const changed = Buffer.from(good['linux-x86_64']!);
    changed.fill(' ', manifestOffset, manifestOffset + manifestSize);
    changed.write(text.slice(0, manifestSize), manifestOffset);
    await expectCorrupt(changed, /Cannot read app: Reading the manifest/);
  });
});

describe('a zipapp', () => {
  test('is told in lines', () => {
    const path = pathOf(result, 'zipapp');
    const { status, stdout, stderr } = run(path);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/greet-1\.0\.pyz is a zipapp: 5 entries, \d+ bytes, started by \/usr\/bin\/env python3; 5 files checked\npure Python: it runs wherever Python does\n {2}greet-1\.0\n$/);
  });

  test('that another tool made is told too', async () => {
    const bytes = zipSync({ '__main__.py': strToU8('print(1)'), 'a/b.so': strToU8('x'.repeat(99)), 'b-2.0.dist-info/METADATA': strToU8('') });
    expect(await look(bytes)).toMatchObject({ ok: true, value: { form: 'zipapp', entries: 3, checked: 3, distributions: ['b-2.0'], native: ['a/b.so'] } });
  });

  test('that was cut or altered says so', async () => {
    const bytes = readFileSync(pathOf(result, 'zipapp'));
    await expectCorrupt(bytes.subarray(0, -10), /Cannot read app/);
    await expectCorrupt(flip(bytes, bytes.indexOf('PK') + 60), /Cannot read app: .*__main__\.py/);
  });

  test('needs a __main__.py', async () => {
    await expectCorrupt(Buffer.from(zipSync({ 'a.py': strToU8('') })), /is a zip archive without __main__\.py, so it is no zipapp/);
  });
});

describe('something else', () => {
  test.each([
    ['an empty file', Buffer.alloc(0), /no Terrarium locator/],
    ['words', Buffer.from('#!/bin/sh\necho hello\n'), /no Terrarium locator/],
    ['another program', readFileSync(process.execPath).subarray(0, 8 * 2 ** 20), /no Terrarium locator/],
    ['a bare launcher', readFileSync(new URL('../../public/launchers/linux-x86_64', import.meta.url)), /is a bare launcher: no app was packed into it/],
  ])('%s is told as such', async (_, bytes, message) => expectCorrupt(bytes, message));

  test.each([
    ['nothing', 'nowhere', /^There is no file .*nowhere\. \[project\/unreadable\]\n/],
    ['a folder', 'a-folder', /a-folder is no file\. \[project\/unreadable\]\n/],
    ['noise', 'noise', /noise has no Terrarium locator.* \[artifact\/corrupt\]\n/],
  ])('%s ends with one sentence and a note', (_, name, message) => {
    mkdirSync(join(folder, 'a-folder'), { recursive: true });
    writeFileSync(join(folder, 'noise'), Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 2654435761) >>> 24)));
    const { status, stdout, stderr } = run(join(folder, name));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.any(String), '  Name an executable or zipapp that was packed.']);
    expect(JSON.parse(run(join(folder, name), '--json').stdout)).toMatchObject({ event: 'failure' });
  });
});
