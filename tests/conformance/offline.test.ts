// Without any network: what the store has is enough for the same files; what it lacks is named, all of it; and what was asked of whom stands in the network log.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NetworkReport } from '../../src/model/network';
import { startIndexServer, type IndexServer } from '../index-server/start-index-server';
import { terrarium, type Result } from '../platforms/terrarium';

const folder = mkdtempSync(join(tmpdir(), 'terrarium-offline-'));
const store = join(folder, 'store');
const files = readFiles();
let index: IndexServer;
let first: Result;
let count = 0;

function readFiles(): Record<string, Uint8Array> {
  const given = new URL('../../.build/index-files/', import.meta.url);
  const wheels = /^(click|rich|pygments|markdown_it_py|mdurl|colorama|setuptools)-/i;
  const found = Object.fromEntries(readdirSync(given).filter((name) => wheels.test(name)).map((name) => [name, new Uint8Array(readFileSync(new URL(name, given)))]));
  const sdist = zipSync({ 'leafy-2.0/setup.py': strToU8('from setuptools import setup\nsetup(name="leafy", version="2.0", py_modules=["leafy"])\n'), 'leafy-2.0/leafy.py': strToU8('word = 1\n') });
  return { ...found, 'leafy-2.0.zip': sdist };
}

function writeScript(requirements: string[]): string {
  const project = mkdtempSync(join(folder, 'project-'));
  writeFileSync(join(project, 'app.py'), `# /// script\n# dependencies = ${JSON.stringify(requirements)}\n# ///\nif __name__ == "__main__":\n    print("hello")\n`);
  return join(project, 'app.py');
}

async function build(requirements: string[], words: string[] = [], { place = store, indexes = [index] } = {}): Promise<Result & { log: NetworkReport }> {
  const file = join(folder, `log-${++count}.json`);
  const named = indexes.flatMap(({ url }, at) => ['--index', `index-${at}=${url}`]);
  const result = await terrarium(['build', writeScript(requirements), ...named, '--store', place, '--out', join(folder, `out-${count}`), '--network-log', file, '--target', 'linux-x86_64,windows-x86_64', ...words]);
  return { ...result, log: JSON.parse(readFileSync(file, 'utf8')) as NetworkReport };
}

const all = ['click', 'rich', 'leafy'];
const digests = (result: Result) => result.built?.artifacts.map(({ sha256 }) => sha256);

beforeAll(async () => {
  index = await startIndexServer({ files });
  first = await build(all, []);
  expect(first.failure).toBeUndefined();
});
afterAll(async () => {
  await index.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the network log has each request of a build, and --json tells it before the result', async () => {
  const place = join(folder, 'other-store');
  index.requests.length = 0;
  const result = await build(all, [], { place });
  const asked = result.log.rows.filter(({ from }) => from === 'network');
  expect(asked.map(({ url, method }) => `${method} ${new URL(url).pathname}`).sort()).toEqual(index.requests.map(({ path, method }) => `${method} ${path}`).sort());
  for (const row of asked.filter(({ url }) => /\.(whl|zip)$/.test(url) && url.includes('/files/'))) {
    if (row.range === undefined && row.method === 'GET') expect(row.sha256).toBe(createHash('sha256').update(files[row.url.split('/').at(-1)!]!).digest('hex'));
  }
  expect(result.events.at(-2)).toEqual({ event: 'network', ...result.log });
  const again = await build(all, [], { place });
  expect(again.log.rows.length).toBeGreaterThan(5);
  expect(again.log.rows.every(({ from }) => from === 'store')).toBe(true);
});

test.each([['--offline', ['--offline']], ['no flag, while listings are fresh', []]])('with everything in the store, %s: the same files, and nothing is asked', async (_, words) => {
  index.requests.length = 0;
  const result = await build(all, words);
  expect(result.failure).toBeUndefined();
  expect(digests(result)).toEqual(digests(first));
  expect(index.requests).toEqual([]);
  expect(result.log.rows.every(({ from }) => from === 'store')).toBe(true);
});

test('a store that has nothing: every listing of the first round is named, with what to do', async () => {
  const result = await build(all, ['--offline'], { place: join(folder, 'empty') });
  expect(result.code).toBe(1);
  expect(result.failure).toMatchObject({ code: 'supply/unreachable', message: '3 things that the build needs could not be fetched and are not in the local store: the listing of click, the listing of leafy, the listing of rich.' });
  expect(result.failure!.notes.join('\n')).toMatch(/Build once with the network at hand.*--wheel FILE/);
  expect(result.log).toMatchObject({ format: 1, rows: [] });
});

test('wheels that are lacking are all named; so are those that were altered', async () => {
  const names = new Map(first.built!.resolution.distributions.flatMap(({ wheels }) => Object.values(wheels)).map(({ sha256, filename }) => [sha256, filename]));
  const there = readdirSync(join(store, 'wheels')).filter((name) => names.has(name));
  const [one, two, three] = there.filter((name) => !names.get(name)!.startsWith('leafy')).sort();
  const kept = new Map([one!, two!, three!].map((name) => [name, readFileSync(join(store, 'wheels', name))]));
  rmSync(join(store, 'wheels', one!));
  rmSync(join(store, 'wheels', two!));
  writeFileSync(join(store, 'wheels', three!), 'altered');
  const result = await build(all, ['--offline']);
  const wanted = [one!, two!, three!].map((name) => `the wheel ${names.get(name)}`).sort();
  expect(result.failure).toMatchObject({ code: 'supply/unreachable', message: `3 things that the build needs could not be fetched and are not in the local store: ${wanted.join(', ')}.` });
  for (const [name, bytes] of kept) writeFileSync(join(store, 'wheels', name), bytes);
  expect(digests(await build(all, ['--offline']))).toEqual(digests(first));
});

test('a prepared layer that was altered is prepared again', async () => {
  const layers = readdirSync(join(store, 'layers'));
  for (const name of layers) {
    const bytes = readFileSync(join(store, 'layers', name));
    bytes[bytes.length >> 1] = bytes[bytes.length >> 1]! ^ 1;
    writeFileSync(join(store, 'layers', name), bytes);
  }
  expect(layers.length).toBeGreaterThan(5);
  expect(digests(await build(all, ['--offline']))).toEqual(digests(first));
});

test('an index that does not have a name is remembered for times without network', async () => {
  const indexes = [await startIndexServer({ files: {} }), index];
  const place = join(folder, 'two');
  const online = await build(['click'], [], { indexes, place });
  const offline = await build(['click'], ['--offline'], { indexes, place });
  await indexes[0]!.close();
  expect([online.failure, offline.failure]).toEqual([undefined, undefined]);
  expect(digests(offline)).toEqual(digests(online));
});

test.each([['--offline', ['--offline']], ['an index that does not answer', []]])('%s: listings that are out of date are used, and one line says so', async (_, words) => {
  const stale = await startIndexServer({ files, cacheControl: 'max-age=0' });
  const place = join(folder, 'stale');
  const online = await build(['rich'], [], { indexes: [stale], place });
  await stale.close();
  const offline = await build(['rich'], words, { indexes: [stale], place });
  expect(offline.failure).toBeUndefined();
  expect(digests(offline)).toEqual(digests(online));
  const notes = offline.built!.notices.filter((line) => line.includes('could not be reached'));
  expect(notes).toEqual([expect.stringMatching(/the listings of markdown-it-py, mdurl, pygments, rich, the oldest from \d{4}-.*, were used/)]);
});

test('processes that share a store which is far too small both give the right files', async () => {
  const place = join(folder, 'small');
  const results = await Promise.all([1, 2].map(() => build(['click'], ['--store-size', '1MB'], { place })));
  const [one, two, alone] = [...results, await build(['click'])];
  expect([one!.failure, two!.failure]).toEqual([undefined, undefined]);
  expect([digests(one!), digests(two!)]).toEqual([digests(alone!), digests(alone!)]);
  expect(readdirSync(join(place, '.tmp'))).toEqual([]);
});

test('a place for the store that is no folder: the build is made all the same, with a note', async () => {
  const place = join(folder, 'a-file');
  writeFileSync(place, '');
  const result = await build(['click'], [], { place });
  expect(result.failure).toBeUndefined();
  expect(result.built!.notices).toContainEqual(expect.stringMatching(/local store cannot be written .*kept in memory/));
  expect(statSync(place).isFile()).toBe(true);
});

test('a network log that cannot be written stops before anything is said to be done', async () => {
  const result = await terrarium(['build', writeScript(['click']), '--index', index.url, '--store', store, '--target', 'linux-x86_64', '--out', join(folder, 'unlogged'), '--network-log', join(folder, 'no', 'such', 'folder.json')]);
  expect(result.failure).toMatchObject({ code: 'supply/storage', message: expect.stringContaining('network log') });
  expect(existsSync(join(folder, 'unlogged'))).toBe(false);
});
