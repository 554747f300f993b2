// Real projects, packed by the CLI from a local index and run on every platform that this machine can run.
import { spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startIndexServer, type IndexServer } from '../index-server/start-index-server';
import type { Inspection } from '../../src/artifact/inspect-artifact';
import { verifyMacho } from '../unit/formats/verify-macho';
import { freePort } from '../platforms/free-port';
import { endGroup, makeCache, runners, runOn, startOn } from '../platforms/run-artifact';
import { pathOf, program, terrarium, type Result } from '../platforms/terrarium';

const indexFiles = new URL('../../.build/index-files/', import.meta.url).pathname;
const projects = new URL('../world/projects/', import.meta.url).pathname;
const bundled = new URL('../../.build/cpython/3.14.6-linux-x86_64/bin/python3.14', import.meta.url).pathname;
const everywhere = ['linux-arm64', 'linux-x86_64', 'macos-arm64', 'macos-x86_64', 'windows-x86_64'];
const here = Object.keys(runners).filter((target) => !runners[target]!.missing);
for (const [target, { missing }] of Object.entries(runners)) if (missing) console.warn(`not run: ${target} (needs ${missing})`);

let server: IndexServer;
const out = mkdtempSync(join(tmpdir(), 'terrarium-world-'));
const cache = makeCache();
const running: ChildProcess[] = [];

beforeAll(async () => {
  server = await startIndexServer({ files: indexFiles });
});
afterAll(async () => {
  running.forEach(endGroup);
  await server?.close();
  rmSync(out, { recursive: true, force: true });
  rmSync(cache, { recursive: true, force: true });
});

async function build(name: string, path: string, ...more: string[]): Promise<Result> {
  const result = await terrarium(['build', path, '--index', server.url, '--out', join(out, name), ...more]);
  if (result.code !== 0) throw new Error(JSON.stringify(result.failure ?? result.stderr, null, 1));
  return result;
}

const versions = (result: Result, target: string) =>
  Object.fromEntries(result.built!.resolution.distributions.filter(({ wheels }) => wheels[target]).map(({ name, version }) => [name, version]));

/** Waits until a local server answers. */
async function ask(url: string, child: ChildProcess): Promise<unknown> {
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  for (let tries = 0; tries < 240; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return answer.json();
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`no answer from ${url}: ${stderr}`);
}

describe('one script without dependencies', () => {
  let result: Result;
  beforeAll(async () => {
    result = await build('greet', join(projects, 'greet.py'));
  });

  test('gives a zipapp and five executables, named by name, version and target', () => {
    const names = result.built!.artifacts.map(({ path }) => path.split('/').at(-1)).sort();
    expect(names).toEqual(['greet-1.0-linux-arm64', 'greet-1.0-linux-x86_64', 'greet-1.0-macos-arm64', 'greet-1.0-macos-x86_64', 'greet-1.0-windows-x86_64.exe', 'greet-1.0.pyz']);
  });

  test.each(here)('gets arguments and standard input and gives its exit code on %s', async (target) => {
    const file = pathOf(result, 'executable', target);
    for (const start of ['first', 'later']) {
      const ended = await runOn(target, file, ['a b', start], cache, { input: 'Ada Grace\n' });
      expect({ code: ended.code, ...JSON.parse(ended.stdout || '{}') }, ended.stderr).toEqual({ code: 3, hello: ['Ada', 'Grace'], arguments: ['a b', start] });
    }
  });

  test('runs as a zipapp under a plain Python', () => {
    const ended = spawnSync(bundled, [pathOf(result, 'zipapp'), 'x'], { input: 'Ada', encoding: 'utf8' });
    expect({ code: ended.status, ...JSON.parse(ended.stdout || '{}') }, ended.stderr).toEqual({ code: 3, hello: ['Ada'], arguments: ['x'] });
  });

  test('gives the same bytes again', async () => {
    const again = await build('greet-again', join(projects, 'greet.py'));
    expect(again.built!.artifacts.map(({ sha256 }) => sha256)).toEqual(result.built!.artifacts.map(({ sha256 }) => sha256));
  });
});

describe('cowsay, its wheel dropped', () => {
  test('says the same everywhere', async () => {
    const result = await build('cowsay', join(indexFiles, 'cowsay-6.1-py3-none-any.whl'));
    const words = ['-t', 'terrarium'];
    const zipapp = spawnSync(bundled, [pathOf(result, 'zipapp'), ...words], { encoding: 'utf8' });
    expect(zipapp.stdout, zipapp.stderr).toContain('| terrarium |');
    for (const target of here) {
      const ended = await runOn(target, pathOf(result, 'executable', target), words, cache);
      expect(ended.stdout, `${target}: ${ended.stderr}`).toBe(zipapp.stdout);
    }
  });
});

describe('httpie, from its source distribution', () => {
  let result: Result;
  beforeAll(async () => {
    result = await build('httpie', join(indexFiles, 'httpie-3.2.4.tar.gz'), '--entry', 'http');
  });

  test('offers its three commands and starts the one that was picked', async () => {
    const inspected = spawnSync(process.execPath, [program, 'inspect', '--json', pathOf(result, 'executable', 'linux-x86_64')], { encoding: 'utf8' });
    const { manifest } = JSON.parse(inspected.stdout) as Inspection;
    expect(manifest.entry).toBe('http');
    expect(manifest.commands.map(({ name }) => name)).toEqual(expect.arrayContaining(['http', 'https', 'httpie']));
  });

  test.each(here)('prints its version and finds its certificates on %s', async (target) => {
    const file = pathOf(result, 'executable', target);
    const version = await runOn(target, file, ['--version'], cache);
    expect(version.stdout.trim(), version.stderr).toBe('3.2.4');
    const found = await runOn(target, file, ['-c', 'import certifi, os; print(os.path.isfile(certifi.where()))'], cache, { env: { TERRARIUM_INTERPRETER: '1' } });
    expect(found.stdout.trim(), found.stderr).toBe('True');
  });

  test('starts another of its commands when asked for it', async () => {
    const asked = await runOn('linux-x86_64', pathOf(result, 'executable', 'linux-x86_64'), ['--help'], cache, { env: { TERRARIUM_COMMAND: 'httpie' } });
    expect(asked.stdout, asked.stderr).toContain('usage:');
  });
});

describe('a project in the src layout with click, rich and httpx', () => {
  let result: Result;
  beforeAll(async () => {
    result = await build('plotter', join(projects, 'plotter'), '--archive');
  });

  test.each(here)('finds its version, its dependencies and its data on %s', async (target) => {
    const ended = await runOn(target, pathOf(result, 'executable', target), ['--facts'], cache);
    expect(JSON.parse(ended.stdout || '{}'), ended.stderr).toEqual({ version: '4.2.0', httpx: '0.28.1', colours: ['red', 'green', 'blue'], title: 'Words' });
  });

  test('does as much from its zipapp', () => {
    const ended = spawnSync(bundled, [pathOf(result, 'zipapp'), '--facts'], { encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: cache } });
    expect(JSON.parse(ended.stdout || '{}'), ended.stderr).toMatchObject({ version: '4.2.0', title: 'Words' });
  });

  test('mends the folder of its zipapp when a cleaner took its marker, and leaves nothing else', () => {
    const folder = join(cache, 'terrarium', 'zipapps');
    const env = { ...process.env, XDG_CACHE_HOME: cache };
    const start = () => spawnSync(bundled, [pathOf(result, 'zipapp'), '--facts'], { encoding: 'utf8', env });
    start();
    const before = readdirSync(folder);
    for (const key of before) rmSync(join(folder, key, '.ok'));
    const ended = start();
    expect(JSON.parse(ended.stdout || '{}'), ended.stderr).toMatchObject({ version: '4.2.0' });
    expect(readdirSync(folder)).toEqual(before);
  });

  test.each(['macos-arm64', 'macos-x86_64'])('is a strictly valid, signed Mach-O file for %s', (target) => {
    const file = readFileSync(pathOf(result, 'executable', target));
    expect(() => verifyMacho(file)).not.toThrow();
    for (const place of [file.length >> 1, file.length - 40_000]) {
      const flipped = Buffer.from(file);
      flipped[place]! ^= 1;
      expect(() => verifyMacho(flipped), `byte ${place}`).toThrow();
    }
  });

  test('is packed by the lock that lies in the project, whatever the index has since', async () => {
    const locked = mkdtempSync(join(tmpdir(), 'terrarium-locked-'));
    cpSync(join(projects, 'plotter'), locked, { recursive: true });
    writeFileSync(join(locked, 'pylock.toml'), result.built!.plan.lock);
    // Listings are gone; the files that the lock names are not.
    const store = join(locked, '.git');
    server.faults.push(...['click', 'rich', 'httpx'].map((name) => ({ path: `/simple/${name}/`, act: { status: 404 } })));
    const again = await terrarium(['build', locked, '--index', server.url, '--out', join(out, 'locked'), '--output', 'executable', '--target', 'linux-x86_64'], { TERRARIUM_STORE: store });
    server.faults.length = 0;
    rmSync(locked, { recursive: true });
    expect(again.failure).toBeUndefined();
    expect(versions(again, 'linux-x86_64')).toEqual(versions(result, 'linux-x86_64'));
  });

  test('keeps the executable bit in its .tar.gz', () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrarium-untar-'));
    const file = pathOf(result, 'executable', 'linux-x86_64');
    const untar = spawnSync('tar', ['xzf', `${file}.tar.gz`, '-C', folder], { encoding: 'utf8' });
    expect(untar.status, untar.stderr).toBe(0);
    expect(readFileSync(join(folder, 'plotter-4.2.0-linux-x86_64')).equals(readFileSync(file))).toBe(true);
    const ended = spawnSync(join(folder, 'plotter-4.2.0-linux-x86_64'), ['--help'], { encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: cache } });
    expect(ended.stdout, ended.stderr).toContain('Draw a bar');
    rmSync(folder, { recursive: true });
  });
});

describe('a PEP 723 script with numpy and orjson', () => {
  let result: Result;
  beforeAll(async () => {
    result = await build('matrix', join(projects, 'matrix.py'));
  });

  test('gets the wheels of each target', () => {
    const numpy = result.built!.resolution.distributions.find(({ name }) => name === 'numpy')!;
    const tags = { 'linux-x86_64': /manylinux.*x86_64/, 'linux-arm64': /manylinux.*aarch64/, 'windows-x86_64': /win_amd64/, 'macos-arm64': /macosx.*arm64/, 'macos-x86_64': /macosx.*x86_64/ };
    for (const [target, tag] of Object.entries(tags)) expect(numpy.wheels[target]!.filename).toMatch(tag);
  });

  test('names the platform in its zipapps, which run', () => {
    expect(result.built!.artifacts.filter(({ output }) => output === 'zipapp').map(({ target }) => target).sort()).toEqual(everywhere);
    const ended = spawnSync(bundled, [pathOf(result, 'zipapp', 'linux-x86_64')], { encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: cache } });
    expect(ended.stdout, ended.stderr).toBe('[[19.0,22.0],[43.0,50.0]]');
  });

  test.each(here)('computes on %s', async (target) => {
    // numpy does not load under wine 8, in plain Python neither.
    const words = target === 'windows-x86_64' ? ['--only-orjson'] : [];
    const ended = await runOn(target, pathOf(result, 'executable', target), words, cache);
    expect(ended.stdout, ended.stderr).toBe(words.length ? '{"orjson":"3.13.0"}' : '[[19.0,22.0],[43.0,50.0]]');
  });

  test('packs for another Python, whose byte code the launcher makes while unpacking', async () => {
    const other = await build('matrix-3.11', join(projects, 'greet.py'), '--python', '3.11', '--target', 'linux-x86_64', '--output', 'executable');
    const ended = await runOn('linux-x86_64', pathOf(other, 'executable', 'linux-x86_64'), [], cache, { input: 'Ada' });
    expect({ code: ended.code, ...JSON.parse(ended.stdout || '{}') }, ended.stderr).toMatchObject({ code: 3, hello: ['Ada'] });
  });
});

describe('web servers', () => {
  test('fastapi brings uvloop where it exists and serves with it', async () => {
    const result = await build('web', join(projects, 'web'));
    const have = Object.fromEntries(everywhere.map((target) => [target, 'uvloop' in versions(result, target)]));
    expect(have).toEqual({ 'linux-arm64': true, 'linux-x86_64': true, 'macos-arm64': true, 'macos-x86_64': true, 'windows-x86_64': false });
    const port = await freePort();
    const child = startOn('linux-x86_64', pathOf(result, 'executable', 'linux-x86_64'), [`${port}`], cache);
    running.push(child);
    expect(await ask(`http://127.0.0.1:${port}/`, child)).toMatchObject({ loop: 'uvloop' });
    endGroup(child);
  });

  test.each(here.filter((target) => target === 'windows-x86_64'))('flask serves a request on %s', async (target) => {
    const result = await build('flaskweb', join(projects, 'flaskweb'), '--target', target, '--output', 'executable', '--version', '1.0');
    const port = await freePort();
    const child = startOn(target, pathOf(result, 'executable', target), [`${port}`], cache);
    running.push(child);
    expect(await ask(`http://127.0.0.1:${port}/`, child)).toEqual({ answer: 42 });
    endGroup(child);
  });
});

describe('a script that uses the whole standard library', () => {
  test.each(here)('spawns, talks to a child interpreter, opens databases on %s', async (target) => {
    const result = await build(`batteries-${target}`, join(projects, 'batteries.py'), '--target', target, '--output', 'executable');
    const words = target === 'windows-x86_64' ? ['--multiprocessing-pool'] : [];
    const ended = await runOn(target, pathOf(result, 'executable', target), words, cache);
    expect(JSON.parse(ended.stdout || '{}'), ended.stderr).toMatchObject({ squares: [0, 1, 4, 9], child: '{"a":1}', sqlite: 42, tls: 'CERT_REQUIRED', zone: 'Europe/Vienna', frozen: false });
  });
});

describe('a renamed executable', () => {
  test('starts from another place and under another name', async () => {
    const result = await build('renamed', join(projects, 'greet.py'), '--target', 'linux-x86_64', '--output', 'executable');
    const folder = mkdtempSync(join(tmpdir(), 'terrarium name with spaces '));
    const file = join(folder, 'grüße');
    copyFileSync(pathOf(result, 'executable', 'linux-x86_64'), file);
    const ended = await runOn('linux-x86_64', file, [], cache, { input: '' });
    expect(ended.code, ended.stderr).toBe(3);
    expect(existsSync(file)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});
