// Transfers that break off, stall or are cancelled → what is asked for again, and what people are told.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Fault } from '../../index-server/faults';
import { startIndexServer, type IndexServer, type IndexServerSettings } from '../../index-server/start-index-server';
import { makeCheckedFetch, type FetchLimits } from '../../../src/supply/checked-fetch';
import { fetchWheels } from '../../../src/supply/fetch-wheels';
import { makeIndex } from '../../../src/supply/index-client';
import { findRetryAfter } from '../../../src/supply/retry-after';
import { makeMemoryStore } from '../../../src/supply/store-memory';
import { makeWheel, type TestWheel } from './make-wheel';

const limits: Partial<FetchLimits> = { headersWait: 300, stallWait: 300, leastPerSpan: 2000, backoff: 5, worthwhile: 5000 };
const reporter = { report() {}, signal: new AbortController().signal };

let wheel: TestWheel;
const servers: IndexServer[] = [];
beforeAll(async () => {
  wheel = await makeWheel('plotter', '1.0', { filler: 200_000 });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(settings: Partial<IndexServerSettings> = {}): Promise<IndexServer> {
  const server = await startIndexServer({ files: { [wheel.filename]: wheel.bytes }, ...settings });
  servers.push(server);
  return server;
}
const refOf = (server: IndexServer) => ({ filename: wheel.filename, url: `${server.origin}/files/${wheel.filename}`, sha256: wheel.sha256, size: wheel.bytes.length, pure: true });
const open = (server: IndexServer, more: Partial<Parameters<typeof makeIndex>[0]> = {}) =>
  makeIndex({ indexes: [{ name: 'test', url: server.url }], store: makeMemoryStore(), limits, ...more });

interface Case {
  title: string;
  settings?: Partial<IndexServerSettings>;
  headers?: () => Record<string, string>;
  faults: Fault[];
  /** `ok`, or the code of the failure. */
  expected?: string;
  says?: RegExp;
  /** Range and If-Range of each request; `-`: the whole file. */
  asked: string[];
}

const etag = () => ({ etag: '"one"' });
const changed = new Date('2024-05-01T12:00:00Z').toUTCString();
let count = 0;
const cut = (bytes: number, times = 1): Fault => ({ path: '.whl', times, act: { cut: bytes } });
const rest = (act: Fault['act'], times = 1): Fault => ({ path: '.whl', ranged: true, times, act });
const onward = 'bytes=9000- "one"';

const cases: Case[] = [
  { title: 'a strong ETag: the rest alone is asked for', headers: etag, faults: [cut(9000)], asked: ['-', onward] },
  { title: 'an old date without ETag: the rest alone is asked for', headers: () => ({ 'last-modified': changed }), faults: [cut(9000)], asked: ['-', `bytes=9000- ${changed}`] },
  { title: 'a connection that was reset goes on, too', headers: etag, faults: [{ path: '.whl', times: 1, act: { reset: 9000 } }], asked: ['-', onward] },
  { title: 'a weak ETag proves nothing', headers: () => ({ etag: 'W/"one"' }), faults: [cut(9000)], asked: ['-', '-'] },
  { title: 'a date beside a weak ETag proves nothing', headers: () => ({ etag: 'W/"one"', 'last-modified': changed }), faults: [cut(9000)], asked: ['-', '-'] },
  { title: 'a date of this very second proves nothing', headers: () => ({ 'last-modified': new Date().toUTCString() }), faults: [cut(9000)], asked: ['-', '-'] },
  { title: 'a date that is none proves nothing', headers: () => ({ 'last-modified': 'yesterday' }), faults: [cut(9000)], asked: ['-', '-'] },
  { title: 'an ETag without quotes proves nothing', headers: () => ({ etag: 'one' }), faults: [cut(9000)], asked: ['-', '-'] },
  { title: 'no validator at all: from the beginning', faults: [cut(9000)], asked: ['-', '-'] },
  { title: 'a file that was replaced meanwhile comes whole', headers: () => ({ etag: `"${count++}"` }), faults: [cut(9000)], asked: ['-', 'bytes=9000- "0"'] },
  { title: 'a rest under another ETag is not believed', settings: { ifRange: false }, headers: () => ({ etag: `"${count++}"` }), faults: [cut(9000)], asked: ['-', 'bytes=9000- "0"', '-'] },
  { title: 'a rest from another offset is not believed', headers: etag, faults: [cut(9000), rest({ shift: 7 })], asked: ['-', onward, '-'] },
  { title: 'a rest that is refused leads to the whole', headers: etag, faults: [cut(9000), rest({ status: 416 })], asked: ['-', onward, '-'] },
  { title: 'a redirect of the rest that is refused leads to the whole', headers: etag, faults: [cut(9000), rest({ redirect: 'http://files.example/x.whl' })], asked: ['-', onward, '-'] },
  { title: 'a busy server is asked for the rest again', headers: etag, faults: [cut(9000), rest({ status: 503 })], asked: ['-', onward, onward] },
  { title: 'ranges that are ignored bring the whole', headers: etag, faults: [cut(9000), rest({ ignoreRange: true })], asked: ['-', onward] },
  { title: 'a wheel that breaks off often and always brings something arrives', headers: etag, faults: [cut(30_000, 6)], asked: ['-', ...[1, 2, 3, 4, 5, 6].map((at) => `bytes=${30_000 * at}- "one"`)] },
  { title: 'one that breaks off and brings next to nothing is given up', headers: etag, faults: [cut(1000, 9)], expected: 'supply/unreachable', says: /plotter-1.0.*(arrived|broke)/, asked: ['-', 'bytes=1000- "one"', 'bytes=2000- "one"'] },
  { title: 'what was joined of two files is refused', headers: etag, faults: [cut(9000), rest({ flip: 50 })], expected: 'supply/wrong-hash', says: /was expected/, asked: ['-', onward] },
];

describe('a wheel whose transfer breaks off', () => {
  test.each(cases)('$title', async ({ settings, headers, faults, expected = 'ok', says, asked }) => {
    count = 0;
    const server = await start({ ...settings, ...(headers && { fileHeaders: headers }), faults: structuredClone(faults) });
    const store = makeMemoryStore();
    const outcome = await open(server, { store }).wheel(refOf(server), reporter);
    expect(outcome.ok ? 'ok' : outcome.failure.code).toBe(expected);
    expect(server.requests.map(({ headers }) => (headers.range ? `${headers.range} ${headers['if-range'] as string}` : '-'))).toEqual(asked);
    if (outcome.ok) expect(Buffer.compare(Buffer.from(await outcome.value.arrayBuffer()), wheel.bytes)).toBe(0);
    else expect(outcome.failure.message).toMatch(says!);
    expect((await store.get(`wheels/${wheel.sha256}`)) !== undefined).toBe(outcome.ok);
  });

  test('progress goes on where the transfer did', async () => {
    const server = await start({ fileHeaders: etag, faults: [cut(9000)] });
    const seen: number[] = [];
    await open(server).wheel(refOf(server), { ...reporter, report: ({ done }) => seen.push(done) });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(wheel.bytes.length);
  });
});

describe('a time limit is told by what it is', () => {
  const connect = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'UND_ERR_CONNECT_TIMEOUT' } }));
  test.each([
    ['connecting', {}, undefined, connect, /no connection was made within the time limit for connecting/],
    ['the first byte of an answer', {}, { hang: true }, undefined, /no answer came within 0.3 s/],
    ['least speed', {}, { trickle: true }, undefined, /only \d+ bytes arrived in 0.3 s \(the limit is 2000\)/],
    ['all tries together', { leastPerSpan: 0, totalWait: 400 }, { trickle: true }, undefined, /took longer than 0.4 s, the limit for all tries together/],
    ['all tries together, waits included', { backoff: 60_000, totalWait: 400 }, { status: 503 }, undefined, /took longer than 0.4 s, the limit for all tries together/],
  ] as const)('%s', async (_, more, act, fetch, says) => {
    const server = await start({ faults: act ? [{ path: '.whl', act }] : [] });
    const outcome = await open(server, { limits: { ...limits, ...more }, ...(fetch && { fetch }) }).wheel(refOf(server), reporter);
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'supply/unreachable', message: expect.stringMatching(says) } });
  });
});

describe('waits between tries', () => {
  test.each([
    ['grow without Retry-After', {}, [7, 28]],
    ['are those that the server asks for', { 'retry-after': '0' }, [0, 0]],
  ])('%s', async (_, headers, waits) => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const fetch = async () => new Response('', { status: 429, headers: headers as Record<string, string> });
    const checked = makeCheckedFetch({ fetch, limits: { backoff: 7, headersWait: 1111, totalWait: 2222 } });
    const outcome = await checked({ url: 'https://index.example/x', what: 'x', most: 10, signal: reporter.signal });
    expect(outcome).toMatchObject({ ok: false, failure: { notes: expect.arrayContaining(['It was tried 3 times.']) } });
    expect(timers.mock.calls.map(([, wait]) => wait).filter((wait) => wait !== 1111 && wait !== 2222)).toEqual(waits);
  });

  test.each([['7', 7000], ['', undefined], ['soon', undefined], [new Date(Date.now() - 5000).toUTCString(), 0]])('Retry-After: %j', (text, wait) => {
    expect(findRetryAfter(new Headers(text ? { 'retry-after': text } : {}))).toBe(wait);
  });
});

describe('cancelling ends it within a second', () => {
  const never = () => new Promise<never>(() => undefined);
  const slow = { headersWait: 60_000, stallWait: 60_000, leastPerSpan: 0, backoff: 60_000 };
  const listing = { kind: 'listing', name: 'plotter' } as const;
  const metadataOf = (server: IndexServer, more = {}) => ({ ...refOf(server), kind: 'metadata' as const, ...more });
  type Act = Fault['act'];
  const places: [string, Fault | undefined, 'listing' | 'announced' | 'ranged' | 'wheel'][] = [
    ['a listing that does not come', { path: '/plotter/', act: { hang: true } }, 'listing'],
    ['a listing that trickles', { path: '/plotter/', act: { trickle: true } }, 'listing'],
    ['a metadata file', { path: '.metadata', act: { hang: true } }, 'announced'],
    ['a range', { path: '.whl', ranged: true, act: { hang: true } }, 'ranged'],
    ['the size of a wheel', { path: '.whl', method: 'HEAD', act: { hang: true } }, 'ranged'],
    ['the body of a wheel', { path: '.whl', act: { trickle: true } }, 'wheel'],
    ['the wait between two tries', { path: '.whl', act: { status: 500 } }, 'wheel'],
    ['the wait that a server asks for', { path: '.whl', act: { status: 429, headers: { 'retry-after': '15' } } as Act }, 'wheel'],
    ['writing to the store', undefined, 'wheel'],
  ];
  test.each(places)('%s', async (title, fault, step) => {
    const server = await start({ faults: fault ? [fault] : [] });
    const store = makeMemoryStore();
    if (!fault) store.put = never;
    const index = open(server, { store, limits: slow });
    const controller = new AbortController();
    const own = { ...reporter, signal: controller.signal };
    const { size: _, ...unsized } = metadataOf(server);
    const wants = { listing, announced: metadataOf(server, { metadataSha256: '0'.repeat(64) }), ranged: title.includes('size') ? unsized : metadataOf(server) };
    const work = step === 'wheel' ? fetchWheels([refOf(server)], index, own) : index.answer([wants[step]], own);
    await vi.waitUntil(() => server.requests.length > 0);
    await sleep(100);
    controller.abort();
    const ended = await Promise.race([work, sleep(1000, 'still at it')]);
    expect(ended).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
    expect(await store.get(`wheels/${wheel.sha256}`)).toBeUndefined();
  });

  test.each<[string, Fault['act']]>([
    ['headers that do not come', { hang: true }], ['a body that trickles', { trickle: true }],
    ['the wait between two tries', { status: 500 }], ['the wait that a server asks for', { status: 429, headers: { 'retry-after': '15' } }],
  ])('the request itself ends, nothing goes on behind: %s', async (_, act) => {
    const server = await start({ faults: [{ path: '.whl', act }] });
    const controller = new AbortController();
    const work = makeCheckedFetch({ limits: slow })({ url: refOf(server).url, what: 'the wheel', most: 2 ** 20, signal: controller.signal });
    await vi.waitUntil(() => server.requests.length > 0);
    await sleep(100);
    controller.abort();
    expect(await Promise.race([work, sleep(1000, 'still at it')])).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
    expect(server.requests).toHaveLength(1);
  });

  test('who waits for the request of somebody else is let go, and the other gets the wheel', async () => {
    const server = await start({ faults: [{ path: '.whl', times: 1, act: { status: 500 } }] });
    const index = open(server, { limits: { ...limits, backoff: 500 } });
    const controller = new AbortController();
    const first = index.wheel(refOf(server), reporter);
    const second = index.wheel(refOf(server), { ...reporter, signal: controller.signal });
    controller.abort();
    expect(await second).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
    expect(await first).toMatchObject({ ok: true });
  });

  test('whoever started a request and cancels does not take it from the others', async () => {
    const server = await start({ faults: [{ path: '.whl', times: 1, act: { hang: true } }] });
    const index = open(server, { limits: slow });
    const controller = new AbortController();
    const first = index.wheel(refOf(server), { ...reporter, signal: controller.signal });
    const second = index.wheel(refOf(server), reporter);
    await vi.waitUntil(() => server.requests.length > 0);
    controller.abort();
    expect(await first).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
    expect(await second).toMatchObject({ ok: true });
  });
});
