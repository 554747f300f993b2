// What an index, or the way to it, can do wrong → what the client makes of it. Numbers are those of the list of hazards.
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../index-server/faults';
import type { ListedFile } from '../../index-server/print-listing';
import { startIndexServer, type IndexServer, type IndexServerSettings } from '../../index-server/start-index-server';
import type { Fetch, FetchLimits } from '../../../src/supply/checked-fetch';
import { makeIndex } from '../../../src/supply/index-client';
import { makeMemoryStore } from '../../../src/supply/store-memory';
import { makeWheel, type TestWheel } from './make-wheel';

const limits: Partial<FetchLimits> = { headersWait: 300, stallWait: 300, leastPerSpan: 2000, backoff: 5, longestRetryAfter: 1500 };
const reporter = { report() {}, signal: new AbortController().signal };
const page = '<!DOCTYPE html><html><body><form action="/login"><input type="password"></form></body></html>';

let wheel: TestWheel;
const servers: IndexServer[] = [];
beforeAll(async () => {
  wheel = await makeWheel('plotter', '1.0', { filler: 200_000, requires: ['click'] });
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(settings: Partial<IndexServerSettings> = {}): Promise<IndexServer> {
  const server = await startIndexServer({ files: { [wheel.filename]: wheel.bytes }, ...settings });
  servers.push(server);
  return server;
}

type Step = 'listing' | 'metadata' | 'wheel';
/** `ok`, `absent`, or the code of the failure; and its message. */
interface Result { said: string; message: string; server: IndexServer; text: string }

/** Does what a build does, up to `step`, with what the listing says. */
async function run(step: Step, server: IndexServer, store = makeMemoryStore()): Promise<Result> {
  const index = makeIndex({ indexes: [{ name: 'test', url: server.url }], store, limits });
  const listing = await index.answer([{ kind: 'listing', name: 'Plotter' }], reporter);
  if (!listing.ok) throw new Error(listing.failure.message);
  const { answers: [answer], blobs } = listing.value;
  const result = (said: string, message = '', text = ''): Result => ({ said, message, server, text });
  if (answer!.problem) return result(answer!.problem.code, answer!.problem.message);
  if (answer!.blob === undefined) return result('absent');
  if (step === 'listing') return result('ok', '', new TextDecoder().decode(blobs[0]));
  const [file] = (JSON.parse(new TextDecoder().decode(blobs[0])) as { files: ListedFile[] }).files;
  const url = new URL(file!.url, answer!.url).href;
  const ref = { filename: file!.filename, url, sha256: file!.hashes.sha256!, ...(file!.size === undefined ? {} : { size: file!.size }) };
  const announced = file!['core-metadata'];
  const want = { kind: 'metadata' as const, ...ref, ...(typeof announced === 'object' ? { metadataSha256: announced.sha256 } : {}) };
  const metadata = await index.answer([want], reporter);
  if (!metadata.ok) throw new Error(metadata.failure.message);
  const problem = metadata.value.answers[0]!.problem;
  if (problem) return result(problem.code, problem.message);
  const text = new TextDecoder().decode(metadata.value.blobs[0]);
  if (step === 'metadata') return result('ok', '', text);
  const got = await index.wheel({ ...ref, pure: true }, reporter);
  if (!got.ok) return result(got.failure.code, got.failure.message);
  expect(new Uint8Array(await got.value.arrayBuffer())).toEqual(wheel.bytes);
  return result('ok', '', text);
}

interface Case {
  title: string;
  step: Step;
  faults?: Fault[];
  settings?: () => Partial<IndexServerSettings>;
  expected: string;
  /** The message says this. */
  says?: RegExp;
  /** Requests that the server saw in the end, of paths that end so. */
  asked?: [path: string, times: number];
}
const listing = '/plotter/';
const file = '.whl';
const noMetadata = (): Partial<IndexServerSettings> => ({ metadata: false });
const edit = (change: Partial<ListedFile>) => (): Partial<IndexServerSettings> => ({ metadata: false, edit: (one) => ({ ...one, ...change }) });

const cases: Case[] = [
  { title: 'I1 a name that is not there is absent, no failure', step: 'listing', faults: [{ path: listing, act: { status: 404 } }], expected: 'absent', asked: [listing, 1] },
  { title: 'I2 a name that is gone is absent', step: 'listing', faults: [{ path: listing, act: { status: 410 } }], expected: 'absent' },
  { title: 'I3 a refusal is reported, and not tried again', step: 'listing', faults: [{ path: listing, act: { status: 403 } }], expected: 'supply/refused', says: /403/, asked: [listing, 1] },
  { title: 'I4 one 500 is survived', step: 'listing', faults: [{ path: listing, times: 1, act: { status: 500 } }], expected: 'ok', asked: [listing, 2] },
  { title: 'I4 one 503 for the wheel is survived', step: 'wheel', faults: [{ path: file, times: 1, ranged: false, act: { status: 503 } }], expected: 'ok' },
  { title: 'I5 500 for ever is tried three times and reported', step: 'listing', faults: [{ path: listing, act: { status: 500 } }], expected: 'supply/refused', says: /500/, asked: [listing, 3] },
  { title: 'I6 a short Retry-After is waited for', step: 'listing', faults: [{ path: listing, times: 1, act: { status: 429, headers: { 'retry-after': '1' } } }], expected: 'ok', asked: [listing, 2] },
  { title: 'I6 a long Retry-After is a refusal', step: 'listing', faults: [{ path: listing, act: { status: 429, headers: { 'retry-after': '3600' } } }], expected: 'supply/refused', asked: [listing, 1] },
  { title: 'I7 headers that never come end in time', step: 'listing', faults: [{ path: listing, act: { hang: true } }], expected: 'supply/unreachable', says: /no answer came within 0.3 s/ },
  { title: 'I8 a trickle ends in time', step: 'listing', faults: [{ path: listing, act: { trickle: true } }], expected: 'supply/unreachable', says: /only \d+ bytes arrived/ },
  { title: 'I9 a cut listing is fetched again', step: 'listing', faults: [{ path: listing, times: 1, act: { cut: 20 } }], expected: 'ok', asked: [listing, 2] },
  { title: 'I9 a wheel that is cut each time is reported', step: 'wheel', faults: [{ path: file, ranged: false, act: { cut: 1000 } }], expected: 'supply/unreachable', says: /plotter-1.0/ },
  { title: 'I10 a reset in the middle is survived', step: 'wheel', faults: [{ path: file, times: 1, ranged: false, act: { reset: 1000 } }], expected: 'ok' },
  { title: 'I11 a range from another offset is not believed', step: 'metadata', settings: noMetadata, faults: [{ path: file, ranged: true, act: { shift: 7 } }], expected: 'ok' },
  { title: 'ranges that are ignored give the whole wheel, which is kept', step: 'wheel', settings: noMetadata, faults: [{ path: file, ranged: true, act: { ignoreRange: true } }], expected: 'ok', asked: [file, 1] },
  { title: 'ranges that are refused lead to the whole wheel', step: 'wheel', settings: noMetadata, faults: [{ path: file, ranged: true, act: { status: 416 } }], expected: 'ok', asked: [file, 2] },
  { title: 'the tail of a wheel is enough for its metadata', step: 'metadata', settings: noMetadata, expected: 'ok', asked: [file, 1] },
  { title: 'the size is asked for where the listing has none', step: 'metadata', settings: edit({ size: undefined }), expected: 'ok', asked: [file, 2] },
  { title: 'I12 a log-in page is no listing', step: 'listing', faults: [{ path: listing, act: { status: 200, headers: { 'content-type': 'text/html' }, body: page } }], expected: 'supply/bad-answer', says: /web page/ },
  { title: 'I12 a log-in page is no wheel', step: 'wheel', faults: [{ path: file, ranged: false, act: { status: 200, body: page } }], expected: 'supply/bad-answer', says: /web page/ },
  { title: 'I13 a wrong Content-Type is put right', step: 'metadata', faults: [{ path: listing, act: { contentType: 'text/plain' } }], expected: 'ok' },
  { title: 'I14 JSON that is cut is refused', step: 'listing', faults: [{ path: listing, act: { status: 200, headers: { 'content-type': 'application/json' }, body: '{"files": [' } }], expected: 'supply/bad-answer', says: /JSON that is cut/ },
  { title: 'I14 bytes that are neither form are refused', step: 'listing', faults: [{ path: listing, act: { status: 200, headers: { 'content-type': 'application/json' }, body: 'hello' } }], expected: 'supply/bad-answer' },
  { title: 'I16 a wheel without SHA-256 is not fetched', step: 'wheel', settings: edit({ hashes: { sha256: '' } }), expected: 'supply/bad-answer', says: /no SHA-256/ },
  { title: 'I18 a wheel with another hash is refused', step: 'wheel', settings: edit({ hashes: { sha256: '0'.repeat(64) } }), expected: 'supply/wrong-hash', says: /0{64} was expected/ },
  { title: 'I18 a byte that was flipped on the way is found', step: 'wheel', faults: [{ path: file, ranged: false, act: { flip: 500 } }], expected: 'supply/wrong-hash' },
  { title: 'I19 a right hash with a wrong size is refused', step: 'wheel', settings: () => ({ edit: (one) => ({ ...one, size: 1234567 }) }), expected: 'supply/bad-answer', says: /1234567/ },
  { title: 'I20 announced metadata that is not there is read from the wheel', step: 'metadata', faults: [{ path: '.metadata', act: { status: 404 } }], expected: 'ok' },
  { title: 'I20 announced metadata that is refused is read from the wheel', step: 'metadata', faults: [{ path: '.metadata', act: { status: 403 } }], expected: 'ok' },
  { title: 'I21 metadata with another hash is refused', step: 'metadata', faults: [{ path: '.metadata', act: { flip: 3 } }], expected: 'supply/wrong-hash', says: /metadata of plotter/ },
  { title: 'I22 metadata that lies is found when the wheel is there', step: 'wheel', settings: () => ({ lies: { [wheel.filename]: 'Metadata-Version: 2.1\nName: plotter\nVersion: 1.0\n' } }), expected: 'supply/bad-answer', says: /differ/ },
  { title: 'I26 a file: address is refused', step: 'metadata', settings: edit({ url: 'file:///etc/passwd' }), expected: 'supply/refused', says: /scheme file:/ },
  { title: 'I26 a data: address is refused', step: 'metadata', settings: edit({ url: 'data:text/plain,x' }), expected: 'supply/refused', says: /scheme data:/ },
  { title: 'I26 a javascript: address is refused', step: 'metadata', settings: edit({ url: 'javascript:x' }), expected: 'supply/refused' },
  { title: 'I26 plain http to another machine is refused', step: 'metadata', settings: edit({ url: 'http://files.example/x.whl' }), expected: 'supply/refused', says: /https is expected/ },
  { title: 'I28 redirects in a circle end', step: 'listing', faults: [{ path: listing, act: { redirect: '/simple/plotter/' } }], expected: 'supply/refused', says: /circle/ },
  { title: 'I28 a redirect to plain http elsewhere is refused', step: 'wheel', faults: [{ path: file, ranged: false, act: { redirect: 'http://files.example/x.whl' } }], expected: 'supply/refused', says: /http:/ },
  { title: 'I28 a redirect to a file: address is refused', step: 'listing', faults: [{ path: listing, act: { redirect: 'file:///etc/passwd' } }], expected: 'supply/refused' },
  { title: 'a redirect within the index is followed', step: 'metadata', faults: [{ path: '/simple/plotter/', times: 1, act: { redirect: '/simple/plotter/?again' } }], expected: 'ok', asked: [listing, 2] },
  { title: 'I33 a wheel that is gone since the listing is reported', step: 'wheel', faults: [{ path: file, ranged: false, act: { status: 404 } }], expected: 'supply/refused', says: /404/ },
  { title: 'I35 a name in another spelling is asked for by its normal one', step: 'metadata', expected: 'ok', asked: ['/simple/plotter/', 1] },
];

describe('a fault of the index', () => {
  test.each(cases)('$title', async ({ step, faults = [], settings, expected, says, asked }) => {
    const server = await start({ ...settings?.(), faults: structuredClone(faults) });
    const result = await run(step, server);
    expect(`${result.said} ${result.message}`).toMatch(new RegExp(`^${expected}( |$)`));
    if (says) expect(result.message).toMatch(says);
    if (expected === 'ok' && step !== 'listing') expect(result.text).toBe(wheel.metadata);
    if (asked) expect(server.requests.filter(({ path }) => path.endsWith(asked[0]))).toHaveLength(asked[1]);
  });
});

const refusing = (error: Error): Fetch => () => Promise.reject(error);
const expired = Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' }) });

describe('the way to the index', () => {
  test.each<[string, Fetch, RegExp]>([
    // A browser says no more than this when an index does not let pages read it.
    ['I29 an index that pages may not read is unreachable', refusing(new TypeError('Failed to fetch')), /the connection failed \(Failed to fetch\)/],
    ['I29 an answer that may not be looked at is no listing', async () => Object.defineProperty(Response.error(), 'type', { value: 'opaque' }), /plotter/],
    ['I37 a certificate that is no longer good is told by name', refusing(expired), /the connection failed \(CERT_HAS_EXPIRED\)/],
  ])('%s', async (_, fetch, says) => {
    const index = makeIndex({ indexes: [{ name: 'test', url: 'https://index.example/simple/' }], store: makeMemoryStore(), limits, fetch });
    const outcome = await index.answer([{ kind: 'listing', name: 'plotter' }], reporter);
    const problem = outcome.ok ? outcome.value.answers[0]!.problem : outcome.failure;
    expect(problem?.code).toMatch(/^supply\/(unreachable|refused|bad-answer)$/);
    expect(problem?.message).toMatch(says);
  });

  test('I30 an index that does not run is unreachable, in one sentence that names it', async () => {
    const server = await start();
    await server.close();
    const result = await run('listing', server);
    expect(result.said).toBe('supply/unreachable');
    expect(result.message).toContain(server.url);
  });

  test('I31 offline, a listing that was kept is used and that is said', async () => {
    const server = await start({ cacheControl: 'max-age=0' });
    const store = makeMemoryStore();
    expect((await run('wheel', server, store)).said).toBe('ok');
    await server.close();
    expect((await run('wheel', server, store)).said).toBe('ok');
    const index = makeIndex({ indexes: [{ name: 'test', url: server.url }], store, limits });
    await index.answer([{ kind: 'listing', name: 'plotter' }], reporter);
    expect(index.takeNotices().join()).toMatch(/could not be reached: the listing of plotter/);
    expect(index.takeNotices()).toEqual([]);
  });

  test('credentials go to the index, and into no message', async () => {
    const authorization = `Basic ${Buffer.from('ann:s3cret').toString('base64')}`;
    const server = await start({ authorization });
    const withUser = { ...server, url: server.url.replace('//', '//ann:s3cret@') };
    expect((await run('wheel', withUser)).said).toBe('ok');
    const wrong = await run('listing', { ...server, url: server.url.replace('//', '//ann:other@') });
    expect(wrong.said).toBe('supply/refused');
    expect(wrong.message).not.toMatch(/ann|other/);
  });

  test('cancelling ends what is under way', async () => {
    const server = await start({ faults: [{ path: '/plotter/', act: { hang: true } }] });
    const controller = new AbortController();
    const index = makeIndex({ indexes: [{ name: 'test', url: server.url }], store: makeMemoryStore() });
    setTimeout(() => controller.abort(), 50);
    const outcome = await index.answer([{ kind: 'listing', name: 'plotter' }], { ...reporter, signal: controller.signal });
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
  });
});
