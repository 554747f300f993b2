// The table of limits: each is reached by an input that is one above it and not by one that is at it, and its refusal says how to raise it.
import { gzipSync } from 'node:zlib';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeByteSource } from '../../../src/formats/bytes/byte-source';
import { FormatError } from '../../../src/formats/format-error';
import { readGzip } from '../../../src/formats/tar/read-gzip';
import { readTar } from '../../../src/formats/tar/read-tar';
import { readMember } from '../../../src/formats/zip/read-member';
import { readZip } from '../../../src/formats/zip/read-zip';
import type { Outcome } from '../../../src/model/failure';
import { explainLimit, findGivenLimits, limitNames, limits, limitTable, parseLimit, setLimits, type LimitName } from '../../../src/model/limits';
import { readProject } from '../../../src/project/read-project';
import { makeIndex } from '../../../src/supply/index-client';
import { makeMemoryStore } from '../../../src/supply/store-memory';
import { makeTar } from '../../fixtures/broken/make-tar';
import { makeZip } from '../../fixtures/broken/make-zip';

beforeEach(() => setLimits());
afterEach(() => setLimits());

const quiet = { report() {}, signal: new AbortController().signal };
const zip = async (bytes: Uint8Array): Promise<void> => {
  const source = makeByteSource(bytes);
  for (const entry of await readZip(source)) await readMember(source, entry);
};
const many = (count: number, size = 0) => Array.from({ length: count }, (_, index) => ({ name: `${index}`, content: 'x'.repeat(size) }));
const named = (name: string) => [{ name, content: '' }];
const folder = (count: number, size = 1) => ({ kind: 'folder' as const, name: 'thing', files: many(count).map(({ name }) => ({ path: `${name}.py`, blob: new Blob(['x'.repeat(size)]) })) });
/** More than 10 MiB of zeros, packed to one part in so many. */
const zeros = Buffer.alloc(11 * 2 ** 20);
const packed = gzipSync(Buffer.concat([zeros, Buffer.alloc(0)]));
const ratio = Math.ceil(zeros.length / packed.length);

const listing = (size: number): Promise<Outcome<unknown>> => {
  const body = '{"files": []}'.padEnd(size);
  const fetch = async () => new Response(body, { headers: { 'content-type': 'application/vnd.pypi.simple.v1+json' } });
  return ask(fetch, { kind: 'listing', name: 'demo' });
};
const metadata = (size: number): Promise<Outcome<unknown>> => {
  const fetch = async () => new Response('Name: demo\n'.padEnd(size));
  const digest = '0'.repeat(64);
  return ask(fetch, { kind: 'metadata', url: 'https://files.example/demo-1-py3-none-any.whl', filename: 'demo-1-py3-none-any.whl', metadataSha256: digest });
};
const download = (size: number): Promise<Outcome<unknown>> => {
  const index = makeIndex({ indexes: [{ name: 'x', url: 'https://index.example/' }], store: makeMemoryStore(), fetch: async () => new Response('x'.repeat(size)) });
  return index.wheel({ filename: 'demo-1-py3-none-any.whl', url: 'https://files.example/demo-1-py3-none-any.whl', sha256: '0'.repeat(64), pure: true }, quiet);
};

type Asked = Parameters<ReturnType<typeof makeIndex>['answer']>[0][0];
async function ask(fetch: () => Promise<Response>, want: Asked): Promise<Outcome<unknown>> {
  const index = makeIndex({ indexes: [{ name: 'x', url: 'https://index.example/' }], store: makeMemoryStore(), fetch });
  const outcome = await index.answer([want], quiet);
  const problem = outcome.ok ? outcome.value.answers[0]!.problem : undefined;
  return problem ? { ok: false, failure: problem as never } : outcome;
}

/** `at`: the limit that is set; `read` reads an input of so many. */
const reached: [name: LimitName, input: string, at: number, read: (count: number) => unknown][] = [
  ['members', 'a zip archive', 3, (count) => zip(makeZip(many(count)))],
  ['members', 'a tar archive', 3, (count) => readTar(makeTar(many(count)))],
  ['members', 'a folder', 3, (count) => readProject(folder(count), quiet)],
  ['total', 'a zip archive', 90, (count) => zip(makeZip([...many(1, count - 30), { name: 'b', content: 'x'.repeat(30) }]))],
  ['total', 'a tar archive', 2048, (count) => readTar(Buffer.concat([makeTar(many(1)), Buffer.alloc(512 * (count - 2047))]))],
  ['total', 'a gzip file', 500, (count) => readGzip(gzipSync(Buffer.alloc(count)))],
  ['total', 'a folder', 30, (count) => readProject({ ...folder(1, count) }, quiet)],
  ['total', 'a dropped file', 300, (count) => readProject({ kind: 'file', name: 'a.py', blob: new Blob(['x'.repeat(count)]) }, quiet)],
  ['member', 'a zip archive', 20, (count) => zip(makeZip(many(1, count)))],
  ['member', 'a tar archive', 20, (count) => readTar(makeTar(many(1, count)))],
  ['ratio', 'a gzip file', ratio, (count) => (setLimits({ ratio: ratio - (count - ratio) }), readGzip(packed))],
  ['path', 'a zip archive', 30, (count) => zip(makeZip(named(`${'a/'.repeat(5)}${'b'.repeat(count - 10)}`)))],
  ['path', 'a tar archive', 30, (count) => readTar(makeTar(named(`${'a/'.repeat(5)}${'b'.repeat(count - 10)}`)))],
  ['segment', 'a zip archive', 30, (count) => zip(makeZip(named('b'.repeat(count))))],
  ['depth', 'a zip archive', 4, (count) => zip(makeZip(named(`${'a/'.repeat(count - 1)}b`)))],
  ['listing', 'an answer (I14)', 100, listing],
  ['metadata', 'a file beside a wheel', 100, metadata],
  ['download', 'a wheel', 100, download],
];

/** What the refusal says, its notes included; undefined where it was read, or refused for something else than a limit. */
async function findRefusal(read: () => unknown): Promise<string | undefined> {
  try {
    const found = (await read()) as Outcome<unknown> | undefined;
    return found?.ok === false ? [found.failure.message, ...found.failure.notes].join('\n') : undefined;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return [error.message, ...error.notes].join('\n');
  }
}

describe('a limit', () => {
  test.each(reached)('%s of %s lets through what is at it, and refuses one more by name', async (name, _, at, read) => {
    setLimits({ [name]: at });
    expect(await findRefusal(() => read(at)) ?? '').not.toMatch(/limit/);
    setLimits({ [name]: at });
    const said = await findRefusal(() => read(at + 1));
    expect(said).toMatch(new RegExp(`limit (is|of) \\d+ ?\\(?.*${name}`));
    expect(said).toMatch(/To raise the limit|cannot be raised/);
  });

  test('each that TypeScript sees to is tried above; Python tries the others', () => {
    const python = readFileSync('tests/python/test_limits.py', 'utf8');
    const elsewhere = [...python.matchAll(/^    \("([a-z-]+)"/gm)].map(([, name]) => name);
    expect([...new Set([...reached.map(([name]) => name as string), ...elsewhere])].sort()).toEqual([...limitNames].sort());
  });
});

describe('what a person chooses', () => {
  test('counts instead of the table, never above the most, and is forgotten with the next', () => {
    setLimits({ member: 5, total: 1e30, nesting: 9000, path: Number.NaN, depth: -1, other: 7 });
    expect([limits.member, limits.total, limits.nesting, limits.path, limits.depth]).toEqual([5, limitTable.total.most, 400, 512, 40]);
    expect(findGivenLimits()).toEqual({ member: 5, total: limitTable.total.most, nesting: 400 });
    setLimits();
    expect([limits.member, findGivenLimits()]).toEqual([limitTable.member.value, {}]);
  });

  test.each([
    ['member=512MiB', { name: 'member', value: 2 ** 29 }], ['member=512 MiB', { name: 'member', value: 2 ** 29 }], ['cells=20000', { name: 'cells', value: 20_000 }], ['depth=1', { name: 'depth', value: 1 }],
    ['member', /NAME=VALUE is expected.*members, total/], ['member=lots', /NAME=VALUE/], ['memory=1', /one of the names members/], ['member=0', /between 1 and 1073741824/], ['member=2GiB', /between 1 and 1073741824/],
    ['__proto__=1', /NAME=VALUE/], ['segment=256', /between 1 and 255/],
  ])('%s is understood or told to be wrong', (text, expected) => {
    const found = parseLimit(text);
    if (expected instanceof RegExp) expect(found).toMatch(expected);
    else expect(found).toEqual(expected);
  });

  test('what would have been enough is named, or that nothing is', () => {
    expect(explainLimit('member', 300_000_000)).toBe('To raise the limit: `--limit member=300000000` on the command line, or `limits = { member = 300000000 }` in [tool.terrarium]; 1073741824 is the most.');
    expect(explainLimit('member', 2 ** 40)).toMatch(/member=1073741824.*1073741824 is the most, which is less than this needs\.$/);
    expect(explainLimit('segment', 256)).toBe('The limit `segment` cannot be raised beyond 255.');
  });
});

const plain = (count: number): string => ([[2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB']] as const).reduce<string | undefined>((found, [size, unit]) => found ?? (count >= size && count % size === 0 ? `${count / size} ${unit}` : undefined), undefined) ?? `${count}`;
const row = (name: LimitName): string => {
  const { value, most, what, unit } = limitTable[name] as (typeof limitTable)[LimitName] & { unit?: string };
  const show = (count: number): string => (unit === 'bytes' ? (count === 2 ** 31 - 2 ? '2 GiB − 2' : plain(count).replace(/^(\d+)$/, '$1 bytes')) : unit ? `${count} ${unit}` : `${count}`);
  return `| \`${name}\` | ${show(value)} | ${most === value ? 'fixed' : show(most)} | ${what} |`;
};

test('src/LIMITS.md is the table', () => {
  const text = `# Limits

What is read of anything from outside before it is refused; the refusal names the limit, what was found, and how to raise it: \`--limit NAME=VALUE\` on the command
line (\`member=512MiB\`), or \`limits = { member = 536870912 }\` in \`[tool.terrarium]\`, up to the most. Made from \`src/model/limits.ts\`: \`UPDATE=1 npx vitest run tests/unit/model/limits.test.ts\`.

| limit | standard | most | what is counted |
|---|---|---|---|
${limitNames.map(row).join('\n')}
`;
  if (process.env.UPDATE) writeFileSync('src/LIMITS.md', text);
  expect(readFileSync('src/LIMITS.md', 'utf8')).toBe(text);
});
