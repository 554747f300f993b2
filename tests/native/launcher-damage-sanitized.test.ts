// The whole launcher under sanitizers, on its usual ways and its unusual ones. Anything found ends it with SIGABRT.
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { compileSanitized, sanitizerOptions } from '../../tools/launcher/sanitized.mjs';
import { expected, readGolden } from './format-golden';
import { tinyApp } from './launcher-apps';
import { assemble, compress, findLocator, makeLayer, payloadAlignment, sealLocator, writeExecutable, type FixtureApp } from './launcher-assemble';
import { available, cacheContents, run, temporary, type RunOptions } from './launcher-run';

const text = (path: string, content: string, executable = false) => ({ path, bytes: Buffer.from(content), executable });
const large = text('site-packages/large.bin', 'x'.repeat(3_000_000));
const long = text(`site-packages/${'deep/'.repeat(60)}file.txt`, 'long');
const layers = [
  makeLayer('runtime', 0, [text('bin/python3.14', '#!/bin/sh\necho tiny "$@"\n', true), text('lib/python3.14/encodings/__init__.py', '#\n')]),
  makeLayer('app', 1, [text('boot.py', 'pass\n'), text('self.py', 'pass\n'), large, long, text('app/own.py', '')]),
];

describe.skipIf(!available('the whole launcher under sanitizers', 'cc', 'go'))('under the address and undefined-behaviour sanitizers', () => {
  const folder = temporary();
  const app = join(folder, 'app');
  let launcher: Buffer;
  let count = 0;
  const freshCache = () => join(folder, `cache${count++}`);
  const make = (extra: Partial<FixtureApp> = {}) => assemble(tinyApp({ layers, ...extra }), Buffer.from(launcher));
  const start = (options: RunOptions, path = app, args: string[] = ['x']) => run(path, args, { ...options, env: { ...sanitizerOptions, ...options.env } });
  const tree = (cache: string, ...path: string[]) => join(cache, 'terrarium', ...path);
  const only = (cache: string, kind: 'apps' | 'runtimes') => tree(cache, kind, cacheContents(cache)[kind][0]!);
  const fine = { code: 0, signal: null, stdout: expect.stringMatching(/^tiny -I .*\/boot\.py x\n$/), stderr: '' };

  beforeAll(() => {
    launcher = readFileSync(compileSanitized());
    writeExecutable(app, make());
  }, 120_000);

  test('a fault that is put in is seen', async () => {
    const sources = join(folder, 'faulty');
    const spoil = () => {
      const path = join(sources, 'src/marker.c'), marker = readFileSync(path, 'utf8');
      expect(marker).toContain('entry_count == ENTRIES');
      writeFileSync(path, marker.replace('ENTRIES = 256', 'ENTRIES = 2').replace('entry_count == ENTRIES', 'entry_count > ENTRIES'));
    };
    const faulty = writeExecutable(join(folder, 'faulty-app'), assemble(tinyApp({ layers }), readFileSync(compileSanitized(sources, spoil))));
    expect(await start({ cache: freshCache() }, faulty)).toMatchObject({ code: null, signal: 'SIGABRT', stderr: expect.stringMatching(/index 2 out of bounds|global-buffer-overflow/) });
  });

  test('first, later and mended starts are fine', async () => {
    const cache = freshCache();
    for (let again = 0; again < 2; again++) expect(await start({ cache })).toMatchObject(fine);
    for (const harm of [() => rmSync(join(only(cache, 'apps'), 'boot.py')), () => truncateSync(join(only(cache, 'runtimes'), 'bin/python3.14'), 3), () => writeFileSync(join(only(cache, 'apps'), '.ok'), '1\nx'),
      () => chmodSync(join(only(cache, 'runtimes'), 'bin/python3.14'), 0o600), () => rmSync(only(cache, 'apps'), { recursive: true })]) {
      harm();
      expect(await start({ cache })).toMatchObject(fine);
    }
    expect(cacheContents(cache)).toMatchObject({ apps: [expect.any(String)], runtimes: [expect.any(String)], tmp: [] });
  });

  test('every word and variable is', async () => {
    const cache = freshCache();
    const given = writeExecutable(join(folder, 'given'), make({ flags: 6 }));
    const asked: Record<string, string>[] = [{ TERRARIUM_UNPACK: '1' }, { TERRARIUM_INSPECT: '1' }, { TERRARIUM_INTERPRETER: '1' }, { TERRARIUM_SELF: 'info' }, { TERRARIUM_SELF: 'repair' }, { TERRARIUM_SELF: 'notices' }, { TERRARIUM_SELF: 'clean' }];
    for (const env of asked) expect(await start({ cache, env }, given)).toMatchObject({ code: 0, signal: null, stderr: '' });
    for (const words of [['self'], ['self', 'info'], ['self', 'clean']]) expect(await start({ cache }, given, words)).toMatchObject({ code: 0, signal: null });
    expect(cacheContents(cache)).toEqual({ apps: [], runtimes: [], tmp: [] });
  });

  test('leftovers, links, other versions and another home are', async () => {
    const cache = freshCache(), home = temporary();
    await start({ cache }, writeExecutable(join(folder, 'older'), make({ flags: 4 })));
    mkdirSync(tree(cache, 'tmp', `${'0'.repeat(32)}.1.1/a/b`), { recursive: true });
    symlinkSync(folder, tree(cache, 'tmp', `${'0'.repeat(32)}.2.2`));
    symlinkSync(folder, tree(cache, 'apps', 'f'.repeat(32)));
    expect(await start({ cache })).toMatchObject(fine);
    expect(readdirSync(tree(cache, 'tmp'))).toEqual([]);
    expect(await start({ env: { HOME: home } })).toMatchObject(fine);
  });

  test('refused places are', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    for (const cache of ['relative', join(file, 'x'), '/proc/nothing']) expect(await start({ cache })).toMatchObject({ code: 73, signal: null, stdout: '' });
  });

  test.each(Object.keys(expected.locators))('%s is taken or refused, nothing else', async (name) => {
    const { accepted } = expected.locators[name]!;
    const payload = readGolden('whole.payload');
    const bytes = Buffer.from(launcher);
    readGolden(name).copy(bytes, findLocator(bytes));
    // The payload's place is for launchers as they are shipped: this one is larger, so that only what precedes unpacking is tried.
    const ended = await start({ cache: freshCache(), env: { TERRARIUM_INSPECT: '1' } }, writeExecutable(join(folder, name), Buffer.concat([bytes, payload])));
    expect([ended.code, ended.signal]).toEqual([accepted ? 0 : 70, null]);
  });

  test('cuts and flipped bits are refused, or make no difference', async () => {
    const bytes = make();
    const from = Math.ceil(launcher.length / payloadAlignment) * payloadAlignment;
    const at = (part: number) => from + Math.floor((bytes.length - from) * part);
    const damaged = Array.from({ length: 40 }, (_, index) => {
      const changed = Buffer.from(bytes);
      changed[at((index + 0.5) / 40)]! ^= 1 << index % 8;
      return changed;
    });
    for (const changed of [...damaged, bytes.subarray(0, at(0.5)), bytes.subarray(0, from), bytes.subarray(0, bytes.length - 1)]) {
      const path = writeExecutable(join(folder, 'damaged'), changed), cache = freshCache();
      const ended = await start({ cache }, path);
      expect([[0, null], [70, null]]).toContainEqual([ended.code, ended.signal]);
      rmSync(cache, { recursive: true, force: true });
    }
  });

  test('a tar of every allowed and forbidden kind is', async () => {
    const tars = [text('../x', 'x'), text('.ok', 'x'), text('a/'.repeat(2000), 'x'), { ...text('link', ''), type: '2' }, text('x'.repeat(256), ''), text('x'.repeat(255), '')];
    for (const file of tars) {
      const ended = await start({ cache: freshCache() }, writeExecutable(join(folder, 'hostile'), make({ layers: [layers[0]!, makeLayer('app', 1, [file])] })));
      expect([[0, null], [70, null]]).toContainEqual([ended.code, ended.signal]);
    }
    const nothing = { name: 'app', mount: 1 as const, bytes: compress(Buffer.alloc(0)), files: 0, unpacked: 0 };
    expect(await start({ cache: freshCache() }, writeExecutable(join(folder, 'hostile'), make({ layers: [layers[0]!, nothing] })))).toMatchObject({ code: 70, signal: null });
  });

  test('a locator that says the most its fields can is refused', async () => {
    const bytes = make();
    const locator = bytes.subarray(findLocator(bytes.subarray(0, launcher.length)));
    for (const field of [384, 392, 400]) locator.fill(0xff, field, field + 8);
    sealLocator(locator.subarray(0, 1024));
    expect(await start({ cache: freshCache() }, writeExecutable(join(folder, 'most'), bytes))).toMatchObject({ code: 70, signal: null });
    expect(statSync(app).size).toBe(bytes.length);
  });
});
