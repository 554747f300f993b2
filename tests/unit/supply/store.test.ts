// The stores keep the same promises, whatever they are made of; the disk's is atomic, holds its budget and survives being unwritable.
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { Store } from '../../../src/protocol/supply';
import { findStoreFolder, makeDiskStore } from '../../../src/supply/store-disk';
import { makeMemoryStore } from '../../../src/supply/store-memory';
import { makeFileStore, type Files } from '../../../src/supply/store-over-files';

const folder = mkdtempSync(join(tmpdir(), 'terrarium-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const bytes = (text: string) => new TextEncoder().encode(text);
const read = async (store: Store, name: string) => (await store.get(name))?.text();

describe.each([
  ['memory', () => makeMemoryStore()],
  ['disk', () => makeDiskStore(mkdtempSync(join(folder, 'a-')))],
])('the store in %s', (_, make) => {
  test('gives back what was put, as bytes or Blob, and nothing after it is deleted', async () => {
    const store = make();
    expect(await read(store, 'wheels/a')).toBeUndefined();
    expect(await (await store.put('wheels/a', bytes('one'))).text()).toBe('one');
    await store.put('wheels/b', new Blob(['two']));
    expect([await read(store, 'wheels/a'), await read(store, 'wheels/b')]).toEqual(['one', 'two']);
    await store.delete('wheels/a');
    expect(await read(store, 'wheels/a')).toBeUndefined();
  });

  test('replaces what stands under the same name', async () => {
    const store = make();
    await store.put('layers/x.json', bytes('one'));
    await store.put('layers/x.json', bytes('three'));
    expect(await read(store, 'layers/x.json')).toBe('three');
  });

  test('a Blob given out stays readable when the same bytes are put again or it is looked up again', async () => {
    const store = make();
    const blob = await store.put('wheels/a', bytes('one'));
    await store.put('wheels/a', bytes('one'));
    await store.get('wheels/a');
    expect(await blob.text()).toBe('one');
  });

  test.each(['a', '../a', 'a/../b', 'a/b/c', 'a/.b', 'A/b', '/a', 'a/', 'a/b\0'])('refuses the name %j', async (name) => {
    await expect(make().put(name, bytes('x'))).rejects.toThrow(/store: name/);
    await expect(make().get(name)).rejects.toThrow(/store: name/);
  });
});

describe('the store on disk', () => {
  test('is found by another process, and leaves nothing unfinished', async () => {
    const place = mkdtempSync(join(folder, 'b-'));
    await makeDiskStore(place).put('wheels/a', bytes('one'));
    expect(await read(makeDiskStore(place), 'wheels/a')).toBe('one');
    expect(readdirSync(join(place, '.tmp'))).toEqual([]);
  });

  test('many writers of one name at the same time leave one whole file', async () => {
    const place = mkdtempSync(join(folder, 'c-'));
    const text = 'x'.repeat(100_000);
    await Promise.all(Array.from({ length: 8 }, () => makeDiskStore(place).put('wheels/a', bytes(text))));
    expect(await read(makeDiskStore(place), 'wheels/a')).toBe(text);
  });

  test('over the budget, what was used longest ago goes, and what this session uses stays', async () => {
    const place = mkdtempSync(join(folder, 'd-'));
    for (const [at, name] of ['old', 'older', 'used'].entries()) {
      await makeDiskStore(place).put(`wheels/${name}`, new Uint8Array(400));
      utimesSync(join(place, 'wheels', name), 1_000_000 - at, 1_000_000 - at);
    }
    const store = makeDiskStore(place, { budget: 1200 });
    await store.get('wheels/used');
    await store.put('wheels/new', new Uint8Array(300));
    expect(readdirSync(join(place, 'wheels')).sort()).toEqual(['new', 'old', 'used']);
  });

  test.each([
    [['a'], 2, ['a', 'c', 'd']],
    [['b', 'a'], 2, ['a', 'b', 'd']],
    [['a', 'c', 'b'], 2, ['b', 'c', 'd']],
    [['c', 'b', 'a'], 1, ['a', 'd']],
  ])('reads by another process in the order %j decide what is left', async (reads, room, left) => {
    const place = mkdtempSync(join(folder, 'e-'));
    for (const name of ['a', 'b', 'c']) await makeDiskStore(place).put(`wheels/${name}`, new Uint8Array(400));
    for (const [at, name] of ['a', 'b', 'c'].entries()) utimesSync(join(place, 'wheels', name), 1000 + at, 1000);
    for (const name of reads) {
      await makeDiskStore(place).get(`wheels/${name}`);
      await sleep(5);
    }
    await makeDiskStore(place, { budget: 400 * (room + 1), safeAge: 0 }).put('wheels/d', new Uint8Array(400));
    expect(readdirSync(join(place, 'wheels')).sort()).toEqual(left);
  });

  test('what another process used a moment ago stays, whatever the budget', async () => {
    const place = mkdtempSync(join(folder, 'f-'));
    const blob = await makeDiskStore(place).put('wheels/other', bytes('theirs'));
    await makeDiskStore(place, { budget: 10 }).put('wheels/mine', new Uint8Array(100));
    expect(await blob.text()).toBe('theirs');
  });

  test('processes that write, read and evict at the same time never see a part of a file', async () => {
    const place = mkdtempSync(join(folder, 'g-'));
    const work = async (seed: number): Promise<void> => {
      const store = makeDiskStore(place, { budget: 20_000, safeAge: 0 });
      for (let at = 0; at < 40; at++) {
        const number = (seed * 7 + at) % 12;
        await store.put(`wheels/${number}`, new Uint8Array(5000).fill(number));
        const blob = await makeDiskStore(place).get(`wheels/${(number + 5) % 12}`);
        const found = blob && (await blob.arrayBuffer().catch(() => undefined));
        if (found) expect([...new Set(new Uint8Array(found))], `${found.byteLength}`).toEqual([(number + 5) % 12]);
        if (found) expect(found.byteLength).toBe(5000);
      }
    };
    await Promise.all([1, 2, 3, 4].map(work));
  });

  test('a place that cannot be written becomes memory, with one note', async () => {
    const place = join(folder, 'file');
    writeFileSync(place, '');
    const notes: string[] = [];
    const store = makeDiskStore(place, { note: (line) => notes.push(line) });
    await store.put('wheels/a', bytes('one'));
    await store.put('wheels/b', bytes('two'));
    expect(await read(store, 'wheels/a')).toBe('one');
    expect(notes).toEqual([expect.stringMatching(/kept in memory/)]);
  });

  test.each([
    [{ TERRARIUM_STORE: '/x', XDG_CACHE_HOME: '/y' }, 'linux', '/x'],
    [{ XDG_CACHE_HOME: '/y' }, 'linux', join('/y', 'terrarium-build')],
    [{ LOCALAPPDATA: '/z', XDG_CACHE_HOME: '/y' }, 'win32', join('/z', 'terrarium-build')],
  ])('with %j on %s it lies in %s', (environment, platform, expected) => {
    expect(findStoreFolder(environment, platform)).toBe(expected);
  });
});

test('a quota that is reached makes room once before memory is used', async () => {
  const kept = new Map<string, Blob>();
  let room = 1;
  const files: Files = {
    find: async (name) => kept.get(name),
    write: async (name, what) => {
      if (kept.size >= room) throw new DOMException('full', 'QuotaExceededError');
      kept.set(name, new Blob([what as Uint8Array<ArrayBuffer>]));
    },
    remove: async (name) => void kept.delete(name),
    list: async () => [...kept].map(([name, blob]) => ({ name, size: blob.size, used: 0 })),
  };
  kept.set('wheels/old', new Blob(['0123456789']));
  const notes: string[] = [];
  const store = makeFileStore(files, { budget: 16, note: (line) => notes.push(line) });
  await store.put('wheels/new', bytes('0123'));
  expect([...kept.keys()]).toEqual(['wheels/new']);
  room = 0;
  await store.put('wheels/third', bytes('01'));
  expect(await read(store, 'wheels/third')).toBe('01');
  expect(notes).toHaveLength(1);
});
