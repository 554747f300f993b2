// What is asked of the index how often, and what is believed of what the store holds.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startIndexServer, type IndexServer } from '../../index-server/start-index-server';
import { makeIndex } from '../../../src/supply/index-client';
import { makeMemoryStore } from '../../../src/supply/store-memory';
import { makeWheel, type TestWheel } from './make-wheel';

const reporter = { report() {}, signal: new AbortController().signal };
let wheel: TestWheel;
let first: IndexServer;
let second: IndexServer;
beforeAll(async () => {
  wheel = await makeWheel('plotter', '1.0', { filler: 200_000 });
  const other = await makeWheel('other', '2.0');
  first = await startIndexServer({ files: { [wheel.filename]: wheel.bytes } });
  second = await startIndexServer({ files: { [wheel.filename]: wheel.bytes, [other.filename]: other.bytes }, html: true });
});
afterAll(() => Promise.all([first.close(), second.close()]));
beforeEach(() => {
  first.requests.length = second.requests.length = 0;
});

const ref = () => ({ filename: wheel.filename, url: `${first.origin}/files/${wheel.filename}`, sha256: wheel.sha256, size: wheel.bytes.length, pure: true });
const open = (store = makeMemoryStore(), servers = [first]) => makeIndex({ indexes: servers.map(({ url }, at) => ({ name: `index ${at + 1}`, url })), store });
const name = (name: string) => ({ kind: 'listing' as const, name });

describe('listings', () => {
  test('one session asks once for a name, however often and at the same time', async () => {
    const index = open();
    await index.answer([name('plotter'), name('Plotter'), name('plotter')], reporter);
    await index.answer([name('plotter')], reporter);
    expect(first.requests).toHaveLength(1);
  });

  test('a kept listing is used without asking while it is fresh, and asked for by ETag when it is not', async () => {
    const store = makeMemoryStore();
    await open(store).answer([name('plotter')], reporter);
    await open(store).answer([name('plotter')], reporter);
    expect(first.requests).toHaveLength(1);
    const stale = await startIndexServer({ files: { [wheel.filename]: wheel.bytes }, cacheControl: 'no-cache' });
    await open(store, [stale]).answer([name('plotter')], reporter);
    const again = await open(store, [stale]).answer([name('plotter')], reporter);
    await stale.close();
    expect(stale.requests.map(({ status }) => status)).toEqual([200, 304]);
    expect(again).toMatchObject({ ok: true, value: { answers: [{ blob: 0 }] } });
  });

  test('a kept listing that was altered is not believed (I34)', async () => {
    const store = makeMemoryStore();
    const put = store.put;
    let kept = '';
    store.put = (key, bytes) => put((kept = key), bytes);
    await open(store).answer([name('plotter')], reporter);
    const text = await (await store.get(kept))!.text();
    await put(kept, new Blob([text.replace('plotter-1.0', 'evil000-1.0')]));
    await open(store).answer([name('plotter')], reporter);
    expect(first.requests).toHaveLength(2);
  });

  test('the first index that has a name wins, the next is not asked, and a later one is named (I32)', async () => {
    const index = open(undefined, [first, second]);
    await index.answer([name('plotter')], reporter);
    expect(second.requests).toHaveLength(0);
    const { value } = (await index.answer([name('other')], reporter)) as { value: { answers: { contentType: string }[] } };
    expect(value.answers[0]!.contentType).toBe('text/html');
    expect(index.takeNotices()).toEqual([expect.stringMatching(/other was taken from the index index 2/)]);
  });

  test('an index that fails is not passed over for the next one', async () => {
    first.faults.push({ path: '/other/', act: { status: 403 } });
    const outcome = await open(undefined, [first, second]).answer([name('other')], reporter);
    first.faults.length = 0;
    expect(outcome).toMatchObject({ ok: true, value: { answers: [{ problem: { code: 'supply/refused' } }] } });
    expect(second.requests).toHaveLength(0);
  });

  test.each(['../etc', 'a/b', 'a%2fb', '', 'x'.repeat(300)])('%j is refused as a name before anything is asked', async (bad) => {
    const outcome = await open().answer([name(bad)], reporter);
    expect(outcome).toMatchObject({ value: { answers: [{ problem: { code: 'resolution/bad-requirement' } }] } });
    expect(first.requests).toHaveLength(0);
  });
});

describe('wheels', () => {
  test('one is fetched once for all who ask, and never again while the store has it', async () => {
    const store = makeMemoryStore();
    const index = open(store);
    await Promise.all([index.wheel(ref(), reporter), index.wheel(ref(), reporter)]);
    await open(store).wheel(ref(), reporter);
    expect(first.requests).toHaveLength(1);
  });

  test('one that was altered in the store is fetched again (I34)', async () => {
    const store = makeMemoryStore();
    await store.put(`wheels/${wheel.sha256}`, new Uint8Array(10));
    const outcome = await open(store).wheel(ref(), reporter);
    expect(outcome.ok && new Uint8Array(await outcome.value.arrayBuffer())).toEqual(wheel.bytes);
    expect((await store.get(`wheels/${wheel.sha256}`))!.size).toBe(wheel.bytes.length);
  });

  test.each(['dropped', 'built'])('a %s one comes from the store only', async (scheme) => {
    const store = makeMemoryStore();
    const dropped = { ...ref(), url: `${scheme}:${wheel.filename}` };
    expect(await open(store).wheel(dropped, reporter)).toMatchObject({ ok: false, failure: { code: 'supply/storage' } });
    await store.put(`wheels/${wheel.sha256}`, wheel.bytes);
    expect(await open(store).wheel(dropped, reporter)).toMatchObject({ ok: true });
    expect(first.requests).toHaveLength(0);
  });

  test('metadata of one that is at hand costs no request', async () => {
    const store = makeMemoryStore();
    await store.put(`wheels/${wheel.sha256}`, wheel.bytes);
    const outcome = await open(store).answer([{ kind: 'metadata', ...ref() }], reporter);
    expect(outcome.ok && new TextDecoder().decode(outcome.value.blobs[0])).toBe(wheel.metadata);
    expect(first.requests).toHaveLength(0);
  });

  test('progress counts bytes up to the size', async () => {
    const seen: (number | undefined)[] = [];
    await open().wheel(ref(), { ...reporter, report: ({ done, total }) => seen.push(done, total) });
    expect(seen.slice(-2)).toEqual([wheel.bytes.length, wheel.bytes.length]);
  });
});
