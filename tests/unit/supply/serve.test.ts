// The server of `npm start`: what it serves to whom, and where its gateway forwards to.
import { createHash } from 'node:crypto';
import http from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isPrivateAddress } from '../../../tools/serve/addresses.mjs';
import { makeAllowedTargets } from '../../../tools/serve/allowed-targets.mjs';
import { makePromiseGate } from '../../../tools/serve/promise-gate.mjs';
import { serve } from '../../../tools/serve/serve.mjs';
import { makeIndexAddress } from '../../../src/supply/index-address';
import { makeIndex, openIndex } from '../../../src/supply/index-client';
import type { GivenIndex } from '../../../src/model/index-choice';
import { makeMemoryStore } from '../../../src/supply/store-memory';
import { startIndexServer, type IndexServer } from '../../index-server/start-index-server';
import { makeWheel, type TestWheel } from './make-wheel';

type Server = Awaited<ReturnType<typeof serve>>;
const root = mkdtempSync(join(tmpdir(), 'terrarium-serve-'));
const authorization = `Basic ${Buffer.from('ann:s3cret').toString('base64')}`;
let wheel: TestWheel;
let index: IndexServer;
let server: Server;

beforeAll(async () => {
  for (const folder of ['dist/web/assets', 'public']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'dist/web/index.html'), '<!doctype html>');
  writeFileSync(join(root, 'dist/web/assets/main-AbCd_123.js'), 'export {}');
  writeFileSync(join(root, 'public/pyodide.wasm'), '0123456789');
  writeFileSync(join(root, 'secret'), 'secret');
  wheel = await makeWheel('plotter', '1.0', { filler: 200_000 });
  index = await startIndexServer({ files: { [wheel.filename]: wheel.bytes }, authorization, cors: false });
  server = await serve({ port: 0, root, config: { indexes: [{ name: 'own', url: index.url.replace('//', '//ann:s3cret@') }], gateway: '/gateway/' } });
});
afterAll(async () => {
  await Promise.all([server.close(), index.close()]);
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => void (index.requests.length = 0));

interface Got { status: number; headers: http.IncomingHttpHeaders; text: string }
/** Plain HTTP: fetch would clean the path and forbid the headers that matter here. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET', port = server.port): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text }));
      answer.on('error', reject);
    });
    request.on('error', reject);
    request.end();
  });
}
const through = (url: string) => `/gateway/${encodeURIComponent(url)}`;

describe('files', () => {
  test.each([
    ['/', 200, 'text/html; charset=utf-8', 'no-cache'],
    ['/assets/main-AbCd_123.js', 200, 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/pyodide.wasm', 200, 'application/wasm', 'no-cache'],
    ['/config.json', 200, 'application/json', 'no-store'],
    ['/nothing', 404, 'text/plain; charset=utf-8', undefined],
    ['/../secret', 404, 'text/plain; charset=utf-8', undefined],
    ['/..%2fsecret', 404, 'text/plain; charset=utf-8', undefined],
    ['/%2e%2e/%2e%2e/secret', 404, 'text/plain; charset=utf-8', undefined],
    ['/..%5csecret', 404, 'text/plain; charset=utf-8', undefined],
    ['/%', 404, 'text/plain; charset=utf-8', undefined],
  ])('%s gives %i', async (path, status, type, caching) => {
    const { headers, ...got } = await get(path);
    expect([got.status, headers['content-type'], headers['cache-control']]).toEqual([status, type, caching]);
    expect(got.text).not.toContain('secret');
  });

  test('every answer has the policy, without a word that loosens it', async () => {
    for (const path of ['/', '/nothing', '/assets/main-AbCd_123.js']) {
      const { headers } = await get(path);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; .*connect-src 'self'; /);
      expect(headers['content-security-policy']).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test('what is current is not sent again, and a range is a range', async () => {
    const { headers } = await get('/pyodide.wasm');
    expect(await get('/pyodide.wasm', { 'if-none-match': headers.etag! })).toMatchObject({ status: 304, text: '' });
    expect(await get('/pyodide.wasm', { range: 'bytes=2-4' })).toMatchObject({ status: 206, text: '234', headers: { 'content-range': 'bytes 2-4/10' } });
    expect(await get('/pyodide.wasm', { range: 'bytes=-3' })).toMatchObject({ status: 206, text: '789' });
    expect(await get('/pyodide.wasm', { range: 'bytes=50-' })).toMatchObject({ status: 416 });
  });

  test.each([['evil.example', 421], ['evil.example:80', 421], ['localhost:1234', 200], ['127.0.0.1', 200]])('the host %s gives %i', async (host, status) => {
    expect((await get('/', { host })).status).toBe(status);
  });

  test('only GET and HEAD are answered', async () => {
    expect((await get('/', {}, 'POST')).status).toBe(405);
    expect(await get('/', {}, 'HEAD')).toMatchObject({ status: 200, text: '' });
  });

  test('a port that is taken leads to the next one', async () => {
    const other = await serve({ port: server.port, root, config: { indexes: [] } });
    expect(other.port).toBeGreaterThan(server.port);
    expect((await get('/', {}, 'GET', other.port)).headers['content-security-policy']).toContain("connect-src 'self' https:;");
    await other.close();
  });

  test('the configuration that is served names the index without its credentials', async () => {
    const { text } = await get('/config.json');
    expect(JSON.parse(text)).toEqual({ format: 1, indexes: [{ name: 'own', url: index.url }], gateway: '/gateway/' });
  });
});

describe('the gateway', () => {
  test('takes a page from listing to wheel, with the credentials that the page never sees', async () => {
    const client = makeIndex({ indexes: [{ name: 'own', url: index.url }], gateway: `${server.url}gateway/`, store: makeMemoryStore() });
    const reporter = { report() {}, signal: new AbortController().signal };
    const url = `${index.origin}/files/${wheel.filename}`;
    const ref = { filename: wheel.filename, url, sha256: wheel.sha256, size: wheel.bytes.length };
    // A wheel from a lock: the gateway has not seen the listing that names its host, and is shown it.
    const got = await client.wheel({ ...ref, pure: true }, reporter);
    expect(got.ok && new Uint8Array(await got.value.arrayBuffer())).toEqual(wheel.bytes);
    const answered = await client.answer([{ kind: 'listing', name: 'plotter' }, { kind: 'metadata', ...ref }, { kind: 'listing', name: 'nothing' }], reporter);
    expect(answered).toMatchObject({ ok: true, value: { answers: [{ blob: 0, url: `${index.url}plotter/` }, { blob: 1 }, {}] } });
    expect(index.requests.every(({ headers }) => headers.authorization === authorization)).toBe(true);
  });

  test('forwards nothing of the browser but range, conditions and accept', async () => {
    await get(through(`${index.url}plotter/`), { cookie: 'a=b', authorization: 'Basic eHg=', referer: 'http://127.0.0.1/', accept: 'text/html', 'x-other': '1' });
    const { headers } = index.requests[0]!;
    expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'authorization', 'connection', 'host', 'user-agent']);
    expect(headers.authorization).toBe(authorization);
  });

  test('passes ranges and statuses on, and says where the answer came from', async () => {
    await get(through(`${index.url}plotter/`));
    const url = `${index.origin}/files/${wheel.filename}`;
    expect(await get(through(url), { range: 'bytes=0-1' })).toMatchObject({ status: 206, text: 'PK', headers: { 'content-range': `bytes 0-1/${wheel.bytes.length}`, 'terrarium-url': url } });
    expect((await get(through(`${index.url}absent/`))).status).toBe(404);
    const { headers } = await get(through(`${index.url}plotter/`));
    expect(await get(through(`${index.url}plotter/`), { 'if-none-match': headers.etag! })).toMatchObject({ status: 304 });
  });

  test('an answer opened as a page runs nothing', async () => {
    const { headers } = await get(through(`${index.url}plotter/`));
    expect(headers['content-security-policy']).toBe("default-src 'none'; sandbox");
    expect(headers['content-disposition']).toBe('attachment');
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a cross-site image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
    ['an address typed in', { 'sec-fetch-site': 'none', 'sec-fetch-dest': 'document' }],
    ['a script of our own page', { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'script' }],
  ])('%s is refused', async (_, headers) => {
    expect(await get(through(`${index.url}plotter/`), headers as Record<string, string>)).toMatchObject({ status: 403 });
    expect(index.requests).toEqual([]);
  });

  test('a redirect of the index to a private address is not followed', async () => {
    index.faults.push({ path: '/plotter/', times: 1, act: { redirect: 'http://10.0.0.1/simple/plotter/' } });
    expect(await get(through(`${index.url}plotter/`))).toMatchObject({ status: 403, headers: { 'terrarium-failure': 'refused' } });
    index.faults.push({ path: '/plotter/', times: 1, act: { redirect: 'https://192.168.0.1/' } });
    expect(await get(through(`${index.url}plotter/`))).toMatchObject({ status: 403, text: expect.stringContaining('private network') });
  });

  test('a body that breaks off looks broken to the page too', async () => {
    index.faults.push({ path: '.whl', times: 1, act: { reset: 1000 } });
    await get(through(`${index.url}plotter/`));
    await expect(get(through(`${index.origin}/files/${wheel.filename}`))).rejects.toThrow();
  });

  test('a wheel whose transfer breaks off goes on where it was', async () => {
    const flaky = await startIndexServer({ files: { [wheel.filename]: wheel.bytes }, cors: false, fileHeaders: () => ({ etag: '"one"' }), faults: [{ path: '.whl', times: 1, act: { reset: 50_000 } }] });
    const own = await serve({ port: 0, root, config: { indexes: [{ name: 'own', url: flaky.url }], gateway: '/gateway/' } });
    const client = makeIndex({ indexes: [{ name: 'own', url: flaky.url }], gateway: `${own.url}gateway/`, store: makeMemoryStore(), limits: { backoff: 5 } });
    const ref = { filename: wheel.filename, url: `${flaky.origin}/files/${wheel.filename}`, sha256: wheel.sha256, size: wheel.bytes.length, pure: true };
    expect(await client.wheel(ref, { report() {}, signal: new AbortController().signal })).toMatchObject({ ok: true });
    expect(flaky.requests.at(-1)!.headers).toMatchObject({ range: expect.stringMatching(/^bytes=[1-9]\d*-$/), 'if-range': '"one"' });
    await Promise.all([own.close(), flaky.close()]);
  });

  test('an index that is down is called unreachable', async () => {
    const gone = await startIndexServer({ files: {} });
    await gone.close();
    const other = await serve({ port: 0, root, config: { indexes: [{ name: 'gone', url: gone.url }], gateway: '/gateway/' } });
    expect(await get(through(`${gone.url}x/`), {}, 'GET', other.port)).toMatchObject({ status: 502, headers: { 'terrarium-failure': 'unreachable' } });
    await other.close();
  });
});

/** What an index sends, byte for byte. */
async function startRawIndex(answer: string | Buffer): Promise<{ port: number; close(): void }> {
  const raw = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  return { port: (raw.address() as net.AddressInfo).port, close: () => void raw.close() };
}

describe('indexes that the page was given', () => {
  const corpAuthorization = `Basic ${Buffer.from('bob:own').toString('base64')}`;
  const reporter = { report() {}, signal: new AbortController().signal };
  let corp: IndexServer;
  let inner: TestWheel;
  beforeAll(async () => {
    inner = await makeWheel('inner', '1.0');
    corp = await startIndexServer({ files: { [inner.filename]: inner.bytes }, authorization: corpAuthorization, cors: false });
  });
  afterAll(() => corp.close());
  beforeEach(() => void (corp.requests.length = corp.faults.length = 0));

  const open = (rest: Partial<GivenIndex> = {}) => {
    const indexes = [{ name: 'corp', url: corp.url, username: 'bob', password: 'own', ...rest }, { name: 'configured', url: '' }];
    const client = openIndex({ indexes }, { indexes: [{ name: 'own', url: index.url }], gateway: `${server.url}gateway/`, store: makeMemoryStore(), limits: { tries: 1 } });
    if (!client.ok) throw new Error(client.failure.message);
    return client.value;
  };

  test('are asked with their credentials, beside those that the server was set up with', async () => {
    const client = open();
    const answered = await client.answer([{ kind: 'listing', name: 'inner' }, { kind: 'listing', name: 'plotter' }], reporter);
    expect(answered).toMatchObject({ ok: true, value: { answers: [{ index: corp.url, blob: 0 }, { index: index.url, blob: 1 }] } });
    const ref = { filename: inner.filename, url: `${corp.origin}/files/${inner.filename}`, sha256: inner.sha256, pure: true };
    expect(await client.wheel(ref, reporter)).toMatchObject({ ok: true });
    expect(new Set(corp.requests.map(({ headers }) => headers.authorization))).toEqual(new Set([corpAuthorization]));
    expect(new Set(index.requests.map(({ headers }) => headers.authorization))).toEqual(new Set([authorization]));
    expect(Object.keys(corp.requests[0]!.headers).filter((name) => name.startsWith('terrarium'))).toEqual([]);
  });

  test('are forgotten with the request that named them', async () => {
    await open().answer([{ kind: 'listing', name: 'inner' }], reporter);
    expect(await get(through(`${corp.url}inner/`))).toMatchObject({ status: 403 });
    expect((await get(through(`${corp.origin}/files/${inner.filename}`))).status).toBe(403);
  });

  test('lose their credentials where they redirect to another origin, and gain none there', async () => {
    corp.faults.push({ path: '/inner/', act: { redirect: `${index.url}plotter/` } });
    const answered = await open().answer([{ kind: 'listing', name: 'inner' }], reporter);
    expect(answered).toMatchObject({ value: { answers: [{ problem: { code: 'supply/refused' } }] } });
    expect(index.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  const say = (indexes: unknown, rest: Record<string, string> = {}) => ({ 'terrarium-indexes': typeof indexes === 'string' ? indexes : JSON.stringify(indexes), ...rest });
  test.each<[string, Record<string, string>, number]>([
    ['one that the project names, in this machine', say([{ url: 'corp', byProject: true }]), 403],
    ['one of which it is not said who names it', say([{ url: 'corp' }]), 403],
    ['another one', say([{ url: 'https://other.example/simple/', byProject: false }]), 403],
    ['what is no list', say('{'), 400],
    ['what is no address', say([{ url: 'simple', byProject: false }]), 400],
    ['one that a person names', say([{ url: 'corp', byProject: false }], { 'terrarium-authorization': corpAuthorization }), 200],
    ['one that a page of another site names', say([{ url: 'corp', byProject: false }], { 'sec-fetch-site': 'cross-site' }), 403],
  ])('%s: %#', async (_, headers, status) => {
    const named = { ...headers, 'terrarium-indexes': headers['terrarium-indexes']!.replace('"corp"', JSON.stringify(corp.url)) };
    expect((await get(through(`${corp.url}inner/`), named)).status).toBe(status);
    expect(corp.requests.length).toBe(status === 200 ? 1 : 0);
  });

  test('only listings are to be had of them, and what these name', async () => {
    // An origin of which no listing was read yet.
    const url = corp.url.replace('127.0.0.1', 'localhost');
    expect((await get(through(new URL('/admin/users', url).href), say([{ url, byProject: false }]))).status).toBe(403);
  });
});

describe('a file of a host that nobody named', () => {
  const targets = makeAllowedTargets([{ name: 'a', url: 'https://index.example/simple/' }, { name: 'b', url: 'http://127.0.0.1:9/simple/' }]);
  test.each<[string, boolean, boolean]>([
    ['https://code.example/x.whl', true, true], ['https://code.example/x.whl', false, false], ['http://code.example/x.whl', true, false], ['https://10.0.0.1/x.whl', true, false],
    ['https://127.0.0.1/x.whl', true, false], ['http://127.0.0.1:9/files/x.whl', true, false], ['https://me:pw@code.example/x.whl', true, false],
  ])('%s, its hash being known: %s', (url, promised, allowed) => {
    const verdict = targets.judge(url, { promised });
    expect([verdict.ok, verdict.own, verdict.promised]).toEqual(allowed ? [true, false, true] : [false, undefined, undefined]);
  });

  test('is had by its hash, metadata included, and its name is asked of no index', async () => {
    const asked: string[] = [];
    const gateway = async (url: string, { method, headers }: RequestInit): Promise<Response> => {
      const sent = new Headers(headers);
      asked.push(decodeURIComponent(url.split('/gateway/')[1]!));
      const promised = method === 'GET' && !sent.has('range') && sent.get('terrarium-sha256') === wheel.sha256;
      return promised ? new Response(wheel.bytes as Uint8Array<ArrayBuffer>) : new Response('no', { status: 403, headers: { 'terrarium-failure': 'unknown-host' } });
    };
    const client = makeIndex({ indexes: [{ name: 'own', url: 'https://index.example/simple/' }], gateway: 'http://page.example/gateway/', store: makeMemoryStore(), fetch: gateway });
    const reporter = { report() {}, signal: new AbortController().signal };
    const ref = { filename: wheel.filename, url: `https://code.example/${wheel.filename}`, sha256: wheel.sha256 };
    const answered = await client.answer([{ kind: 'metadata', ...ref }], reporter);
    expect(answered.ok && new TextDecoder().decode(answered.value.blobs[0])).toBe(wheel.metadata);
    expect(await client.wheel({ ...ref, pure: true }, reporter)).toMatchObject({ ok: true });
    expect(new Set(asked)).toEqual(new Set([ref.url]));
  });

  /** What came out, and what went wrong. */
  async function pass(chunks: Uint8Array[], sha256: string): Promise<[number, string]> {
    const gate = makePromiseGate(sha256);
    let size = 0;
    gate.on('data', (chunk: Buffer) => (size += chunk.length));
    const problem = await new Promise<string>((resolve) => {
      gate.on('error', (error) => resolve(error.message));
      gate.on('end', () => resolve(''));
      for (const chunk of chunks) gate.write(chunk);
      gate.end();
    });
    return [size, problem];
  }
  const large = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(2 ** 20, 7)]);
  const page = Buffer.from('<!doctype html>');
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  test.each<[string, () => Uint8Array[], () => string, [number, string | RegExp]]>([
    ['the promised one', () => [wheel.bytes], () => wheel.sha256, [-1, '']],
    ['the promised one, in pieces', () => [large.subarray(0, 2), large.subarray(2, 700_000), large.subarray(700_000)], () => digest(large), [large.length, '']],
    ['a page, whatever was promised', () => [page], () => digest(page), [0, /sent no wheel/]],
    ['nothing', () => [], () => digest(Buffer.alloc(0)), [0, /another file/]],
    ['a small one that is another', () => [wheel.bytes.subarray(0, 1000)], () => wheel.sha256, [0, /another file/]],
    ['a large one that is another: never its end', () => [large], () => wheel.sha256, [large.length - 256 * 1024, /another file/]],
  ])('%s', async (_, chunks, sha256, [size, problem]) => {
    const [passed, said] = await pass(chunks(), sha256());
    expect(passed).toBe(size < 0 ? wheel.bytes.length : size);
    expect(said).toMatch(problem);
  });
});

describe('an index that answers with nonsense does not end the server', () => {
  const listing = (body: string): string => `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n${body}`;
  test.each([
    ['a listing whose address is no JSON text', listing('{"files": [{"url": "\\q"}, {"url": "line\nbreak"}]}'), 200],
    ['a listing of addresses that are none', listing('{"files": [{"url": "https://[bad"}, {"url": 7}]}'), 200],
    ['a status that HTTP does not have', 'HTTP/1.1 099 What\r\ncontent-length: 0\r\n\r\n', 502],
    ['a change of protocol', 'HTTP/1.1 101 Switching\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n', 502],
    ['a header with control characters', 'HTTP/1.1 200 OK\r\netag: "\x01"\r\ncontent-length: 0\r\n\r\n', 502],
    ['a body that is not as compressed as it says', 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnone', 502],
    ['no HTTP at all', 'SSH-2.0-server\r\n', 502],
  ])('%s', async (_what, answer, status) => {
    const raw = await startRawIndex(answer);
    const own = await serve({ port: 0, root, config: { indexes: [{ name: 'own', url: `http://127.0.0.1:${raw.port}/simple/` }], gateway: '/gateway/' } });
    try {
      const got = await get(through(`http://127.0.0.1:${raw.port}/simple/plotter/`), {}, 'GET', own.port);
      expect(got.status).toBe(status);
      expect((await get('/config.json', {}, 'GET', own.port)).status).toBe(200);
    } finally {
      await own.close();
      raw.close();
    }
  });
});

test.each([['ann:s%40cret', 'ann:s@cret'], ['ann:100%25', 'ann:100%'], ['ann:100%sure', 'ann:100%sure']])('the credentials %s are sent as %s', (written, sent) => {
  const indexes = [{ name: 'own', url: `https://${written}@index.example/simple/` }];
  const expected = `Basic ${Buffer.from(sent).toString('base64')}`;
  expect(makeAllowedTargets(indexes).judge('https://index.example/simple/six/')).toMatchObject({ authorization: expected });
  expect(makeIndexAddress(indexes[0]!)).toEqual({ name: 'own', url: 'https://index.example/simple/', byProject: false, authorization: expected });
});

describe('what the gateway forwards to', () => {
  const targets = makeAllowedTargets([{ name: 'a', url: 'https://index.example/simple/' }]);
  targets.learn('https://index.example/simple/six/', Buffer.from('<a href="https://files.example/six.whl#sha256=0">six</a> <a href="http://plain.example/x.whl">x</a> <a href="../../own/six.zip">z</a>'));
  targets.learn('https://index.example/simple/tar/', Buffer.from('{"files": [{"url": "https:\\/\\/json.example/tar.whl"}]}'));

  test.each([
    ['https://index.example/simple/click/', true],
    ['https://files.example/anything.whl', true],
    ['https://json.example/tar.whl', true],
    ['https://index.example/own/six.zip', true],
    ['https://other.example/', false],
    ['http://plain.example/x.whl', false],
    ['http://files.example/six.whl', false],
    ['https://files.example:8443/six.whl', false],
    ['https://user:pass@files.example/six.whl', false],
    ['https://127.0.0.1/', false],
    ['file:///etc/passwd', false],
    ['six', false],
  ])('%s: %s', (url, allowed) => {
    expect(targets.judge(url).ok).toBe(allowed);
  });
});

test.each([
  ['10.1.2.3', true], ['172.31.0.1', true], ['192.168.1.1', true], ['169.254.169.254', true], ['127.0.0.1', true], ['0.0.0.0', true], ['100.64.0.1', true],
  ['::1', true], ['fd00::1', true], ['fe80::1', true], ['::ffff:10.0.0.1', true], ['::ffff:a00:1', true], ['64:ff9b::a00:1', true],
  ['::', true], ['::7f00:1', true], ['2002:a00:1::', true],
  ['8.8.8.8', false], ['172.32.0.1', false], ['2606:4700::1111', false], ['::ffff:8.8.8.8', false],
])('%s is private: %s', (address, expected) => {
  expect(isPrivateAddress(address)).toBe(expected);
});
