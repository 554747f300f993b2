// Bad input of every kind, given to the built CLI: one clear failure, a next step, and nothing left behind.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startIndexServer, type IndexServer } from '../index-server/start-index-server';
import { freePort } from '../platforms/free-port';
import { program, terrarium } from '../platforms/terrarium';
import { archives, choices, indexes, makeIndexFiles, projects, requirements, type BrokenCase } from './broken-cases';

let server: IndexServer;
let nobody: string;
const folder = mkdtempSync(join(tmpdir(), 'terrarium-broken-'));
const store = join(folder, 'store');
let count = 0;

beforeAll(async () => {
  server = await startIndexServer({ files: makeIndexFiles() });
  nobody = `http://127.0.0.1:${await freePort()}/simple/`;
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

function writeInput(input: BrokenCase['input'], place: string): string {
  const path = join(place, input && 'bytes' in input ? (input.name as string) : 'input');
  if (input === undefined) return path;
  const files = 'bytes' in input ? { [path]: input.bytes } : Object.fromEntries(Object.entries(input).map(([name, text]) => [join(path, name), text]));
  mkdirSync('bytes' in input ? place : path, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(name), { recursive: true });
    writeFileSync(name, content);
  }
  return path;
}

async function give({ input, words = [], faults = [], gone = false }: BrokenCase) {
  const place = join(folder, `${++count}`);
  const path = writeInput(input, place);
  const out = join(place, 'out');
  server.faults.splice(0, Infinity, ...faults);
  const targets = words.includes('--target') ? [] : ['--target', 'linux-x86_64'];
  const result = await terrarium(['build', path, '--index', gone ? nobody : server.url, '--out', out, ...targets, ...words], { TERRARIUM_STORE: faults.length ? join(place, 'store') : store });
  return { result, out };
}

const groups = { archives, projects, requirements, indexes, choices };
describe.each(Object.entries(groups))('%s', (_, cases) => {
  test.each(cases)('$title', async (one) => {
    const { result, out } = await give(one);
    if (process.env.SHOW) console.log(one.title, JSON.stringify(result.failure, null, 1), result.stderr);
    expect(result.failure, result.stderr).toBeDefined();
    const { code, message, notes } = result.failure!;
    expect({ code, exit: result.code, stderr: result.stderr }, message).toEqual({ code: one.code, exit: 1, stderr: '' });
    expect(message).toMatch(one.message);
    expect(notes.filter((note) => one.notes.test(note)), notes.join('\n')).not.toEqual([]);
    expect([message, ...notes].join('\n')).not.toMatch(/Traceback|^\s+at |Error:/m);
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });
});

const greet = new URL('../world/projects/greet.py', import.meta.url).pathname;
const one = ['--target', 'linux-x86_64', '--output', 'zipapp'];
const build = (out: string, ...words: string[]) => terrarium(['build', greet, '--index', server.url, '--out', out, ...one, ...words], { TERRARIUM_STORE: store });

describe('a place that cannot be written to', () => {
  test.each([
    { title: 'a file in place of the folder', path: '', notes: /file$/ },
    { title: 'a folder below a file', path: '/below', notes: /file$/ },
  ])('$title stops before any work', async ({ path, notes }) => {
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    const result = await build(`${file}${path}`);
    expect(result).toMatchObject({ code: 1, stderr: '', failure: { code: 'supply/storage', message: expect.stringMatching(/a file stands where a folder is needed/) } });
    expect(result.failure!.notes).toEqual([expect.stringMatching(notes), 'Name another folder with --out.']);
    expect(result.events).toHaveLength(1);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test('a folder in place of one of the files leaves none of them', async () => {
    const out = join(folder, 'taken');
    mkdirSync(join(out, 'pylock.toml'), { recursive: true });
    const result = await build(out);
    expect(result).toMatchObject({ code: 1, stderr: '', failure: { code: 'supply/storage', message: expect.stringMatching(/a folder stands where a file is to go/) } });
    expect(readdirSync(out)).toEqual(['pylock.toml']);
  });

  test('a store that is a file costs nothing but time', async () => {
    const file = join(folder, 'no-store');
    writeFileSync(file, '');
    const result = await terrarium(['build', greet, '--index', server.url, '--out', join(folder, 'without-store'), ...one], { TERRARIUM_STORE: file });
    expect(result, JSON.stringify(result.failure)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('wrong usage', () => {
  test.each([
    { words: ['pack', greet], message: /no command pack/ },
    { words: ['build'], message: /build needs a path/ },
    { words: ['build', greet, greet], message: /takes one path/ },
    { words: ['build', greet, '--colour'], message: /--colour/ },
    { words: ['build', greet, '--out'], message: /--out/ },
    { words: ['build', greet, '--index', 'pypi'], message: /an index has an address such as/ },
    { words: ['build', greet, '--shebang', 'a\nb'], message: /one line/ },
  ])('$words is told with the usage', async ({ words, message }) => {
    const result = await terrarium(words);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).toContain('Usage: terrarium COMMAND');
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(result.events).toEqual([]);
  });
});

test('people get the sentence, its code and the notes on standard error, and nothing on standard output', () => {
  const ended = spawnSync(process.execPath, [program, 'build', join(folder, 'nothing')], { encoding: 'utf8' });
  expect(ended).toMatchObject({ status: 1, stdout: '' });
  expect(ended.stderr).toMatch(/^There is no file or folder .*nothing\. \[project\/unreadable\]\n {2}Give a folder.*\n$/);
});

test('a project that is built in its own folder again gives the same bytes', () => {
  const place = join(folder, 'again');
  mkdirSync(place);
  writeFileSync(join(place, 'app.py'), 'if __name__ == "__main__":\n    print("hello")\n');
  const digests = ['first', 'second'].map(() => {
    const ended = spawnSync(process.execPath, [program, 'build', '.', '--index', server.url, '--target', 'linux-x86_64'], { cwd: place, encoding: 'utf8', env: { ...process.env, TERRARIUM_STORE: store } });
    expect(ended.status, ended.stderr).toBe(0);
    return ended.stdout.match(/sha256:[0-9a-f]{64}/g);
  });
  expect(digests[0]).toHaveLength(2);
  expect(digests[1]).toEqual(digests[0]);
  expect(readdirSync(place).sort()).toEqual(['app.py', 'dist']);
});

test('a lock without any distribution is one that can be used again', async () => {
  const place = join(folder, 'locked');
  const first = await build(place);
  writeFileSync(join(place, 'app.py'), readFileSync(greet));
  const again = await terrarium(['build', place, '--index', nobody, '--out', join(folder, 'from-lock'), ...one], { TERRARIUM_STORE: store });
  expect(first.code).toBe(0);
  expect(again, JSON.stringify(again.failure)).toMatchObject({ code: 0 });
});
