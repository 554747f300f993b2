// What was asked of whom → the rows of the network log, and what is never in them.
import { createHash } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../index-server/faults';
import { startIndexServer, type IndexServer } from '../../index-server/start-index-server';
import { makeIndex } from '../../../src/supply/index-client';
import { makeNetworkLog } from '../../../src/supply/network-log';
import { makeMemoryStore } from '../../../src/supply/store-memory';
import { makeWheel, type TestWheel } from './make-wheel';

const reporter = { report() {}, signal: new AbortController().signal };
const digest = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
let wheel: TestWheel;
const servers: IndexServer[] = [];
beforeAll(async () => {
  wheel = await makeWheel('plotter', '1.0', { filler: 100_000 });
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(faults: Fault[] = [], more: Partial<Parameters<typeof startIndexServer>[0]> = {}): Promise<IndexServer> {
  const server = await startIndexServer({ files: { [wheel.filename]: wheel.bytes }, fileHeaders: () => ({ etag: '"one"' }), faults, ...more });
  servers.push(server);
  return server;
}

/** What a build does: a listing, metadata, the wheel. */
async function fetchAll(server: IndexServer, { url = server.url, store = makeMemoryStore(), log = makeNetworkLog(), announced = true, offline = false, query = '' } = {}) {
  const index = makeIndex({ indexes: [{ name: 'test', url }], store, log, offline, limits: { backoff: 5, worthwhile: 1000 } });
  const ref = { filename: wheel.filename, url: `${server.origin}/files/${wheel.filename}${query}`, sha256: wheel.sha256, size: wheel.bytes.length };
  await index.answer([{ kind: 'listing', name: 'plotter' }], reporter);
  await index.answer([{ kind: 'metadata', ...ref, ...(announced ? { metadataSha256: digest(wheel.metadata) } : {}) }], reporter);
  await index.wheel({ ...ref, pure: true }, reporter);
  return log.report();
}

const listing = { url: expect.stringMatching(/\/simple\/plotter\/$/), what: 'the listing of plotter', status: 200, size: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
const metadata = () => ({ url: expect.stringMatching(/\.whl\.metadata$/), what: `the metadata of ${wheel.filename}`, size: wheel.metadata.length, sha256: digest(wheel.metadata) });
const whole = () => ({ url: expect.stringMatching(/\.whl$/), what: `the wheel ${wheel.filename}`, size: wheel.bytes.length, sha256: wheel.sha256 });

describe('the network log', () => {
  test('has a row for each request, in order, with status, size, hash, tries and time', async () => {
    const server = await start();
    const report = await fetchAll(server);
    expect(report.rows).toMatchObject([listing, metadata(), whole()].map((row) => ({ ...row, method: 'GET', from: 'network', status: 200, tries: 1, started: expect.stringMatching(/^\d{4}-.*Z$/), milliseconds: expect.any(Number) })));
    expect(report.rows.map(({ url }) => new URL(url).pathname)).toEqual(server.requests.map(({ path }) => path));
    expect(report).toMatchObject({ format: 1, left: 0, since: expect.any(String) });
  });

  test('a second build has the same from the store, and asks nothing', async () => {
    const server = await start();
    const store = makeMemoryStore();
    await fetchAll(server, { store });
    server.requests.length = 0;
    const { status: _, ...kept } = listing;
    const { rows } = await fetchAll(server, { store });
    expect(rows).toMatchObject([kept, metadata(), whole()].map((row) => ({ ...row, from: 'store' })));
    expect(rows.every(({ status, tries }) => status === undefined && tries === undefined)).toBe(true);
    expect(server.requests).toEqual([]);
  });

  test.each<{ title: string; faults: Fault[]; announced?: boolean; row: object }>([
    { title: 'tries', faults: [{ path: '.whl', times: 1, act: { status: 503 } }], row: { status: 200, tries: 2 } },
    { title: 'what a broken try brought', faults: [{ path: '.whl', times: 1, act: { cut: 40_000 } }], row: { status: 200, tries: 2, resumed: 40_000, size: 101_000 } },
    { title: 'where redirects led', faults: [{ path: '.whl', times: 1, act: { redirect: '/simple/plotter/' } }], row: { redirectedTo: expect.stringMatching(/\/simple\/plotter\/$/) } },
    { title: 'a refusal, with its status and sentence', faults: [{ path: '.whl', act: { status: 403 } }], row: { status: 403, tries: 1, problem: expect.stringMatching(/answer was 403/) } },
    { title: 'the hash that was found in place of the right one', faults: [{ path: '.whl', act: { flip: 9 } }], row: { status: 200, sha256: expect.not.stringMatching(/^$/) } },
  ])('tells $title', async ({ faults, row }) => {
    const { rows } = await fetchAll(await start(faults));
    const found = rows.at(-1)!;
    expect(found).toMatchObject({ ...row, ...('size' in row ? { size: wheel.bytes.length } : {}) });
    if (faults.some(({ act }) => 'flip' in act)) expect(found.sha256).not.toBe(wheel.sha256);
  });

  test('tells ranges', async () => {
    const { rows } = await fetchAll(await start([], { metadata: false }), { announced: false });
    expect(rows[1]).toMatchObject({ status: 206, range: expect.stringMatching(/^bytes=\d+-\d+$/) });
  });

  test('tells of a server that does not answer', async () => {
    const server = await start();
    await server.close();
    const { rows } = await fetchAll(server);
    expect(rows[0]).toMatchObject({ tries: 3, problem: expect.stringMatching(/ECONNREFUSED/) });
    expect(rows[0]!.status).toBeUndefined();
  });

  test('offline it has no request', async () => {
    const server = await start();
    const store = makeMemoryStore();
    await fetchAll(server, { store });
    const { rows } = await fetchAll(server, { store, offline: true });
    expect(rows.map(({ from }) => from)).toEqual(['store', 'store', 'store']);
    expect((await fetchAll(server, { offline: true })).rows).toEqual([]);
  });

  test('holds neither credentials nor queries', async () => {
    const authorization = `Basic ${Buffer.from('ann:s3cret').toString('base64')}`;
    const server = await start([{ path: '/plotter/', times: 1, act: { redirect: '/simple/plotter/?token=h1dden' } }], { authorization });
    const report = await fetchAll(server, { url: server.url.replace('//', '//ann:s3cret@'), query: '?X-Signature=h1dden#sha256=f00' });
    expect(JSON.stringify(report)).not.toMatch(/ann|s3cret|h1dden|f00\b|authorization/i);
    expect(report.rows.map(({ url }) => url.includes('?…'))).toEqual([false, true, true]);
    expect(report.rows[0]!.redirectedTo).toMatch(/\?…$/);
  });

  test('is bounded, says how much it left out, and can begin anew', async () => {
    const log = makeNetworkLog(2);
    const report = await fetchAll(await start(), { log });
    expect([report.rows.length, report.left]).toEqual([2, 1]);
    log.restart();
    expect(log.report()).toMatchObject({ rows: [], left: 0 });
  });
});
