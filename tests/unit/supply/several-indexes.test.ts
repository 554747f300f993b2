// Several indexes: which one is asked for what, who gets which credentials, and what becomes of one that cannot be asked.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GivenIndex, IndexChoice } from '../../../src/model/index-choice';
import { findAuthorization, makeIndexAddress } from '../../../src/supply/index-address';
import { openIndex } from '../../../src/supply/index-client';
import { makeMemoryStore } from '../../../src/supply/store-memory';
import { startIndexServer, type IndexServer } from '../../index-server/start-index-server';
import { makeWheel, type TestWheel } from './make-wheel';

const reporter = { report() {}, signal: new AbortController().signal };
const limits = { tries: 1, headersWait: 2000 };
const password = 'p:ä%41@word';
const basic = `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;
const own = { username: 'ann', password };
let inner: TestWheel;
let outer: TestWheel;
/** Wants credentials; has `inner`. */
let corp: IndexServer;
/** Has `inner` too, and `outer`. */
let open: IndexServer;

beforeAll(async () => {
  [inner, outer] = [await makeWheel('inner', '1.0'), await makeWheel('outer', '2.0')];
  corp = await startIndexServer({ files: { [inner.filename]: inner.bytes }, authorization: basic });
  open = await startIndexServer({ files: { [inner.filename]: inner.bytes, [outer.filename]: outer.bytes } });
});
afterAll(() => Promise.all([corp.close(), open.close()]));
beforeEach(() => {
  for (const server of [corp, open]) server.requests.length = server.faults.length = 0;
});

function start(choice: IndexChoice, store = makeMemoryStore()) {
  const index = openIndex(choice, { indexes: [{ name: 'default', url: open.url }], store, limits });
  if (!index.ok) throw new Error(index.failure.message);
  return index.value;
}

/** Where it was found, and what went wrong otherwise. */
async function find(choice: IndexChoice, name: string) {
  const index = start(choice);
  const outcome = await index.answer([{ kind: 'listing', name }], reporter);
  if (!outcome.ok) throw new Error(outcome.failure.message);
  const [answer] = outcome.value.answers;
  return { from: answer!.index, problem: answer!.problem, notices: index.takeNotices(), requests: [corp.requests.length, open.requests.length] };
}

const given = (rest: Partial<GivenIndex> = {}): GivenIndex => ({ name: 'corp', url: corp.url, ...own, ...rest });
const after: GivenIndex = { name: 'configured', url: '' };

describe('which index is asked', () => {
  test.each<[string, () => IndexChoice, string, 'corp' | 'open' | undefined, [number, number]]>([
    ['the first that has the name', () => ({ indexes: [given(), after] }), 'inner', 'corp', [1, 0]],
    ['the next one where the first does not have it', () => ({ indexes: [given(), after] }), 'outer', 'open', [1, 1]],
    ['none but those that were named', () => ({ indexes: [given()] }), 'outer', undefined, [1, 0]],
    ['the order decides', () => ({ indexes: [after, given()] }), 'inner', 'open', [0, 1]],
    ['one that is for some names only is not asked for others', () => ({ indexes: [given({ explicit: true })], from: { inner: 'corp' } }), 'outer', 'open', [0, 1]],
    ['a name that is taken from one, from no other', () => ({ indexes: [given({ explicit: true })], from: { Inner: 'corp' } }), 'inner', 'corp', [1, 0]],
    ['nor where that one does not have it', () => ({ indexes: [given({ explicit: true })], from: { outer: 'corp' } }), 'outer', undefined, [1, 0]],
    ['those that are set up here, by their name', () => ({ indexes: [given()], from: { outer: 'default' } }), 'outer', 'open', [0, 1]],
  ])('%s', async (_, choice, name, where, requests) => {
    const found = await find(choice(), name);
    expect(found.problem).toBeUndefined();
    expect(found.from).toBe(where && { corp, open }[where].url);
    expect(found.requests).toEqual(requests);
  });

  test.each<[string, () => void, string]>([
    ['credentials that are refused', () => corp.faults.push({ path: '/outer/', act: { status: 403 } }), 'supply/refused'],
    ['a server in trouble', () => corp.faults.push({ path: '/outer/', act: { status: 503 } }), 'supply/refused'],
    ['a connection that breaks', () => corp.faults.push({ path: '/outer/', act: { reset: 0 } }), 'supply/unreachable'],
    ['a log-in page', () => corp.faults.push({ path: '/outer/', act: { status: 200, headers: { 'content-type': 'text/html' }, body: '<form>' } }), 'supply/bad-answer'],
  ])('%s stops: the next index is not asked in its place', async (_, fault, code) => {
    fault();
    const { problem, requests } = await find({ indexes: [given(), after] }, 'outer');
    expect(problem?.code).toBe(code);
    expect(problem?.notes.join()).toContain('It is the index corp; no other was asked in its place.');
    expect(requests[1]).toBe(0);
  });

  test('an index that is gone stops as well', async () => {
    const gone = await startIndexServer({ files: {} });
    await gone.close();
    const { problem, requests } = await find({ indexes: [given({ url: gone.url }), after] }, 'outer');
    expect([problem?.code, requests]).toEqual(['supply/unreachable', [0, 0]]);
  });

  test('people are told what came from where, unless it was the first', async () => {
    expect((await find({ indexes: [given(), after] }, 'inner')).notices).toEqual([]);
    expect((await find({ indexes: [given(), after] }, 'outer')).notices).toEqual(['outer was taken from the index default: those before it do not have it.']);
    expect((await find({ indexes: [given({ explicit: true })], from: { inner: 'corp' } }, 'inner')).notices).toEqual(['inner was taken from the index corp, as it was to be; no other was asked for it.']);
  });
});

describe('who gets credentials', () => {
  const seen = (server: IndexServer) => server.requests.map(({ headers }) => headers.authorization);

  test.each<[string, () => GivenIndex]>([
    ['beside the address', () => given()],
    ['in the address', () => ({ name: 'corp', url: corp.url.replace('//', `//ann:${encodeURIComponent(password)}@`) })],
  ])('the index, given %s, and its files', async (_, index) => {
    const client = start({ indexes: [index(), after] });
    await client.answer([{ kind: 'listing', name: 'inner' }], reporter);
    const url = `${corp.origin}/files/${inner.filename}`;
    expect(await client.wheel({ filename: inner.filename, url, sha256: inner.sha256, pure: true }, reporter)).toMatchObject({ ok: true });
    expect(seen(corp)).toEqual([basic, basic]);
  });

  test('no file host of another origin', async () => {
    const client = start({ indexes: [given()] });
    const url = `${open.origin}/files/${inner.filename}`;
    expect(await client.wheel({ filename: inner.filename, url, sha256: inner.sha256, pure: true }, reporter)).toMatchObject({ ok: true });
    expect(seen(open)).toEqual([undefined]);
  });

  test('nobody that a redirect leads to, not even an index whose credentials are known', async () => {
    open.faults.push({ path: '/inner/', act: { redirect: `${corp.url}inner/` } });
    corp.faults.push({ path: '/outer/', act: { redirect: `${open.url}outer/` } });
    const choice = { indexes: [{ name: 'other', url: open.url, username: 'eve', password: 'x' }, given()] };
    expect((await find(choice, 'inner')).problem?.code).toBe('supply/refused');
    expect(seen(corp)).toEqual([undefined]);
    open.requests.length = 0;
    expect((await find({ indexes: [given()] }, 'outer')).problem).toBeUndefined();
    expect(seen(open)).toEqual([undefined]);
  });

  test('a redirect to an address with credentials in it is not followed', async () => {
    open.faults.push({ path: '/inner/', act: { redirect: open.url.replace('//', '//eve:secret@') } });
    const { problem } = await find({}, 'inner');
    expect(problem).toMatchObject({ code: 'supply/refused', message: expect.stringContaining('holds credentials') });
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  test.each<[string, string | undefined]>([
    ['https://corp.example/a/simple/six/', 'a'], ['https://corp.example/b/simple/six/', 'b'], ['https://corp.example/files/x.whl', 'a'],
    ['https://corp.example/c/simple/six/', undefined], ['https://corp.example:8443/a/simple/', undefined], ['http://corp.example/a/simple/', undefined], ['https://corp.example.org/a/', undefined],
  ])('of several indexes on one host %s gets those of %s', (url, name) => {
    const indexes = ['a', 'b'].map((one) => makeIndexAddress({ name: one, url: `https://corp.example/${one}/simple`, username: one, password: '' }));
    const projects = makeIndexAddress({ name: 'c', url: 'https://x:y@corp.example/c/simple/', byProject: true });
    expect(findAuthorization([...indexes, projects], url)).toBe(name && `Basic ${btoa(`${name}:`)}`);
  });

  test('credentials are in no message, notice, key or stored byte', async () => {
    const store = makeMemoryStore();
    const kept: string[] = [];
    const { put } = store;
    store.put = async (name, bytes) => (kept.push(name, await new Blob([bytes as Uint8Array<ArrayBuffer>]).text()), put(name, bytes));
    const client = start({ indexes: [given({ url: corp.url.replace('//', '//ann:p%40word@') }), given({ name: 'again' })] }, store);
    const answers = [await client.answer([{ kind: 'listing', name: 'inner' }], reporter)];
    corp.faults.push({ path: '/', act: { status: 401 } });
    answers.push(await client.answer([{ kind: 'listing', name: 'absent' }], reporter));
    const all = JSON.stringify([answers, client.key, client.takeNotices(), kept]);
    expect(kept.length).toBeGreaterThan(0);
    for (const secret of [password, 'p%40word', 'p@word', basic.slice(6), 'ann']) expect(all).not.toContain(secret);
  });
});

describe('an index that only the project names', () => {
  const project = (url: string): IndexChoice => ({ indexes: [{ name: 'theirs', url, explicit: true, byProject: true, username: 'ann', password: 'x' }], from: { inner: 'theirs' } });

  test('gets no credentials, neither its own nor anybody’s', () => {
    expect(makeIndexAddress({ name: 'theirs', url: 'https://me:pw@corp.example/simple', username: 'ann', password: 'x', byProject: true })).toEqual({ name: 'theirs', url: 'https://corp.example/simple/', byProject: true });
  });

  test.each([
    ['http://index.example/simple/', 'only https addresses are asked'], ['https://10.0.0.7/simple/', 'lies in a private network'], ['https://[::1]/simple/', 'lies in a private network'],
    ['https://localhost/simple/', 'lies in a private network'], ['https://me:hidden@192.168.1.1/', 'lies in a private network'], ['file:///etc', 'an index has an address such as'],
  ])('is refused at %s', (url, part) => {
    const outcome = openIndex(project(url), { indexes: [], store: makeMemoryStore() });
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'supply/refused', message: expect.stringContaining(part) } });
    expect(JSON.stringify(outcome)).not.toContain('hidden');
  });

  test('is told when something came from it', async () => {
    const index = openIndex(project('https://theirs.example/simple'), {
      indexes: [], store: makeMemoryStore(),
      fetch: async (url, { headers }) => {
        expect([url, new Headers(headers).get('authorization')]).toEqual(['https://theirs.example/simple/inner/', null]);
        return new Response('{"files": []}', { headers: { 'content-type': 'application/json' } });
      },
    });
    if (!index.ok) throw new Error(index.failure.message);
    await index.value.answer([{ kind: 'listing', name: 'inner' }], reporter);
    expect(index.value.takeNotices()[0]).toBe('The index theirs (https://theirs.example/simple/) was asked because the project names it; no credentials were sent to it.');
  });
});

test.each<[IndexChoice, string]>([
  [{ from: { torch: 'cuda' } }, 'torch is to be taken from the index cuda, and none is called that; there are: configured, default'],
  [{ indexes: [{ name: 'a', url: 'https://a.example/' }, { name: 'a', url: 'https://b.example/' }] }, 'two of them are called a'],
  [{ indexes: [{ name: 'a b', url: 'https://a.example/' }] }, 'an index is called by letters'],
  [{ indexes: [{ name: 'configured', url: 'https://a.example/' }] }, 'stands for the indexes that are set up here'],
  [{ indexes: [{ name: 'a', url: 'https//ann:hidden@a.example' }] }, 'a.example is none'],
])('%j is refused', (choice, part) => {
  const outcome = openIndex(choice, { indexes: [{ name: 'default', url: 'https://index.example/' }], store: makeMemoryStore() });
  expect(outcome).toMatchObject({ ok: false, failure: { message: expect.stringContaining(part) } });
  expect(JSON.stringify(outcome)).not.toContain('hidden');
});

test('what was given is written down without its credentials, and the same choice has the same key', () => {
  const choice: IndexChoice = { indexes: [given(), after], from: { outer: 'corp' } };
  expect(start(choice).key).toBe(start({ ...choice, indexes: [given({ password: 'other' }), after] }).key);
  expect(start(choice).key).not.toBe(start({ indexes: [given(), after] }).key);
});
