// The server of `npm start`: what it serves to whom, and where its gateway forwards to.
import http from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isPrivateAddress } from '../../../tools/serve/addresses.mjs';
import { makeAllowedTargets } from '../../../tools/serve/allowed-targets.mjs';
import { serve } from '../../../tools/serve/serve.mjs';
import { makeIndexAddresses } from '../../../src/supply/index-address';
import { makeIndex } from '../../../src/supply/index-client';
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
  expect(makeIndexAddresses(indexes).credentials.get('https://index.example')).toBe(expected);
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
