// Runtimes and launchers: what the set-up made is checked as if it came from far away, on disk and behind a URL alike.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { makeFetchedAssets } from '../../../src/supply/assets';
import { makeDiskAssets } from '../../../src/supply/assets-disk';
import { makeCheckedFetch } from '../../../src/supply/checked-fetch';
import { makeLaunchers } from '../../../src/supply/launchers-client';
import { makeRuntimes } from '../../../src/supply/runtimes-client';
import { makeMemoryStore } from '../../../src/supply/store-memory';
import { serve } from '../../../tools/serve/serve.mjs';

const root = mkdtempSync(join(tmpdir(), 'terrarium-assets-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const reporter = { report() {}, signal: new AbortController().signal };
const digest = (data: string) => createHash('sha256').update(data).digest('hex');
const write = (path: string, data: unknown) => {
  const file = join(root, 'public', path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof data === 'string' ? data : JSON.stringify(data));
};

const group = { name: 'core', required: true, modules: [], files: 1, unpacked: 9, size: 4, sha256: digest('core'), file: 'core.tar.zst' };
const manifest = {
  format: 1, python: '3.14.6', series: '3.14', target: 'linux-x86_64', source: 'a', magic: 3627, interpreter: 'bin/python3.14', pthName: 'python3.14._pth',
  stdlibPaths: [], minimum: { glibc: '2.17' }, licences: [], groups: [group],
};
const folder = '3.14.6-linux-x86_64';

beforeEach(() => {
  const text = JSON.stringify(manifest);
  write(`runtimes/${folder}/manifest.json`, text);
  write(`runtimes/${folder}/core.tar.zst`, 'core');
  write('runtimes/catalogue.json', { format: 1, runtimes: [{ python: '3.14.6', series: '3.14', target: 'linux-x86_64', folder, sha256: digest(text) }] });
  write('launchers/launchers.json', { format: 1, launchers: { 'linux-x86_64': { file: 'linux-x86_64', size: 3, sha256: digest('elf'), locatorOffset: 0 } } });
  write('launchers/linux-x86_64', 'elf');
});

const disk = () => makeDiskAssets(join(root, 'public'));

describe('runtimes', () => {
  test('a group is found through catalogue and manifest, and read once in a session', async () => {
    const runtimes = makeRuntimes(disk());
    const found = await runtimes.manifest('3.14', 'linux-x86_64');
    if (!found.ok) throw new Error(found.failure.message);
    expect(found.value.groups[0]!.name).toBe('core');
    const first = await runtimes.file(found.value, 'core.tar.zst', group.sha256, reporter);
    rmSync(join(root, 'public/runtimes', folder, 'core.tar.zst'));
    const second = await runtimes.file(found.value, 'core.tar.zst', group.sha256, reporter);
    expect(first).toMatchObject({ ok: true });
    expect(second).toEqual(first);
  });

  test('behind a URL, the second build reads from the store', async () => {
    const server = await serve({ port: 0, root, config: { indexes: [] } });
    const store = makeMemoryStore();
    const paths: string[] = [];
    const count = (url: string, init: RequestInit) => (paths.push(new URL(url).pathname), fetch(url, init));
    const open = () => makeRuntimes(makeFetchedAssets(server.url, makeCheckedFetch({ fetch: count })), store);
    for (let build = 0; build < 2; build++) {
      const runtimes = open();
      const found = await runtimes.manifest('3.14', 'linux-x86_64');
      expect(found.ok && await runtimes.file(found.value, 'core.tar.zst', group.sha256, reporter)).toMatchObject({ ok: true });
    }
    await server.close();
    expect(paths.filter((path) => path.endsWith('core.tar.zst'))).toHaveLength(1);
  });

  test.each([
    ['a Python that is not packed', () => undefined, '3.9', 'supply/no-runtime'],
    ['a manifest that is not the catalogue’s', () => write(`runtimes/${folder}/manifest.json`, { ...manifest, magic: 1 }), '3.14', 'supply/wrong-hash'],
    ['a manifest that is none', () => write(`runtimes/${folder}/manifest.json`, { format: 2 }), '3.14', 'supply/bad-answer'],
    ['a catalogue that is cut', () => write('runtimes/catalogue.json', '{"format": 1, "run'), '3.14', 'supply/bad-answer'],
    ['a folder that leads elsewhere', () => write('runtimes/catalogue.json', { format: 1, runtimes: [{ python: '3', series: '3.14', target: 'linux-x86_64', folder: '../x', sha256: digest('') }] }), '3.14', 'supply/bad-answer'],
    ['no catalogue', () => rmSync(join(root, 'public/runtimes/catalogue.json')), '3.14', 'supply/storage'],
  ])('%s is one failure', async (_, damage, series, code) => {
    damage();
    expect(await makeRuntimes(disk()).manifest(series, 'linux-x86_64')).toMatchObject({ ok: false, failure: { code } });
  });

  test('a group that was altered is refused', async () => {
    write(`runtimes/${folder}/core.tar.zst`, 'evil');
    const runtimes = makeRuntimes(disk());
    const found = await runtimes.manifest('3.14', 'linux-x86_64');
    expect(found.ok && await runtimes.file(found.value, 'core.tar.zst', group.sha256, reporter)).toMatchObject({ failure: { code: 'supply/wrong-hash' } });
  });
});

describe('launchers', () => {
  test.each([
    ['as listed', () => undefined, 'linux-x86_64', undefined],
    ['altered', () => write('launchers/linux-x86_64', 'exe'), 'linux-x86_64', 'supply/wrong-hash'],
    ['of another size', () => write('launchers/linux-x86_64', 'elfelf'), 'linux-x86_64', 'supply/wrong-hash'],
    ['not listed', () => undefined, 'toString', 'supply/no-runtime'],
    ['listed as lying elsewhere', () => write('launchers/launchers.json', { format: 1, launchers: { 'linux-x86_64': { file: '../x', size: 3, sha256: digest('elf'), locatorOffset: 0 } } }), 'linux-x86_64', 'supply/bad-answer'],
  ])('one that is %s gives %#', async (_, damage, target, code) => {
    damage();
    const outcome = await makeLaunchers(disk()).launcher(target);
    expect(outcome).toMatchObject(code === undefined ? { ok: true } : { ok: false, failure: { code } });
  });
});
