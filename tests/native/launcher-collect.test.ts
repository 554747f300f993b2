// Old versions leave the cache when a new one comes, and never while something runs from them.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tinyApp, writeApp } from './launcher-apps';
import { makeKeys, makeLayer, type FixtureApp } from './launcher-assemble';
import { cacheContents, run, temporary } from './launcher-run';

const folder = temporary();
let count = 0;
const freshCache = () => join(folder, `cache${count++}`);
const tree = (cache: string, ...path: string[]) => join(cache, 'terrarium', ...path);

const script = '#!/bin/sh\nif [ "$3" = wait ]; then echo up; read line; fi\nif [ "$3" = streams ]; then ls -l /proc/$$/fd >&3; fi\n';
const text = (path: string, content: string, executable = false) => ({ path, bytes: Buffer.from(content), executable });

function versionOf(version: string, runtime = '', name = 'demo'): FixtureApp {
  const layers = [
    makeLayer('runtime', 0, [text('bin/python3.14', script + `# ${runtime}\n`, true), text('lib/os.py', '')]),
    makeLayer('app', 1, [text('boot.py', `# ${version}\n`), text('site/a.txt', version)]),
  ];
  return tinyApp({ layers, name });
}

interface Packed {
  path: string;
  app: string;
  runtime: string;
}
const pack = (version: string, runtime?: string, name?: string): Packed => {
  const app = versionOf(version, runtime, name);
  return { path: writeApp(join(folder, `${name ?? 'demo'}-${version}`), app), ...makeKeys(app) };
};
const first = pack('1');
const second = pack('2');
const third = pack('3', 'another runtime');
const other = pack('1', 'another runtime', 'other');

const days = (count: number) => new Date(Date.now() - count * 86_400_000);

function age(cache: string, { app, runtime }: Packed, used: number): void {
  utimesSync(tree(cache, 'apps', app, 'boot.py'), days(used), days(40));
  for (const path of [tree(cache, 'apps', app), tree(cache, 'runtimes', runtime)]) utimesSync(join(path, '.ok'), days(used), days(40));
}

/** Starts the app so that it waits; `end` lets it go on. */
async function keepRunning(cache: string, { path }: Packed): Promise<{ end: () => Promise<unknown> }> {
  const child = spawn(path, ['wait'], { env: { PATH: process.env['PATH'], TERRARIUM_CACHE: cache }, stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const ended = new Promise((resolve) => child.on('close', resolve));
  return { end: () => (child.stdin.end('\n'), ended) };
}

async function startAll(cache: string, ...apps: Packed[]): Promise<void> {
  for (const { path } of apps) expect(await run(path, [], { cache })).toMatchObject({ code: 0, stderr: '' });
}

describe('a first start of another version', () => {
  test('removes the old one when it was not used for a month, with the runtime that nothing else needs', async () => {
    const cache = freshCache();
    await startAll(cache, first);
    age(cache, first, 31);
    await startAll(cache, third);
    expect(cacheContents(cache)).toEqual({ runtimes: [third.runtime], apps: [third.app], tmp: [] });
    expect(existsSync(tree(cache, 'locks', `${first.app}.lock`))).toBe(false);
    await startAll(cache, first);
  });

  test('leaves one that was used within the month', async () => {
    const cache = freshCache();
    await startAll(cache, first);
    age(cache, first, 29);
    await startAll(cache, third);
    expect(cacheContents(cache).apps.sort()).toEqual([first.app, third.app].sort());
    expect(cacheContents(cache).runtimes).toHaveLength(2);
  });

  test('leaves the runtime that another app needs', async () => {
    const cache = freshCache();
    await startAll(cache, other, first);
    for (const app of [other, first]) age(cache, app, 50);
    await startAll(cache, second);
    expect(cacheContents(cache)).toEqual({ runtimes: [other.runtime, second.runtime].sort(), apps: [other.app, second.app].sort(), tmp: [] });
  });

  test('leaves one that is running, and takes it at the first start after its end (T17)', async () => {
    const cache = freshCache();
    const running = await (await startAll(cache, first), keepRunning(cache, first));
    age(cache, first, 50);
    await startAll(cache, third);
    expect(cacheContents(cache).apps.sort()).toEqual([first.app, third.app].sort());
    await running.end();
    rmSync(tree(cache, 'apps', third.app), { recursive: true });
    await startAll(cache, third);
    expect(cacheContents(cache)).toEqual({ runtimes: [third.runtime], apps: [third.app], tmp: [] });
  });

  test('leaves one that is running since its own first start (T17)', async () => {
    const cache = freshCache();
    const running = await keepRunning(cache, first);
    age(cache, first, 50);
    await startAll(cache, third);
    expect(cacheContents(cache).apps).toContain(first.app);
    await running.end();
  });

  test.each([
    ['another app', '1\n0123\nsomething else\n'],
    ['a version of the format to come', '2\nwhatever\n'],
    ['nobody knows what', 'x'.repeat(100_000)],
  ])('leaves the tree of %s', async (_, marker) => {
    const cache = freshCache();
    await startAll(cache, first);
    age(cache, first, 50);
    writeFileSync(tree(cache, 'apps', first.app, '.ok'), marker);
    await startAll(cache, second);
    expect(cacheContents(cache).apps).toContain(first.app);
  });

  test('follows no link that was put in the place of a tree (T12)', async () => {
    const cache = freshCache();
    const precious = join(folder, 'precious');
    mkdirSync(precious, { recursive: true });
    writeFileSync(join(precious, 'file'), 'x');
    writeFileSync(join(precious, '.ok'), `1\n${first.runtime}\ndemo\n`);
    await startAll(cache, first);
    rmSync(tree(cache, 'apps', first.app), { recursive: true });
    symlinkSync(precious, tree(cache, 'apps', first.app));
    await startAll(cache, second);
    expect(readFileSync(join(precious, 'file'), 'utf8')).toBe('x');
  });
});

test('a later start removes nothing, however old', async () => {
  const cache = freshCache();
  await startAll(cache, first, third);
  age(cache, first, 50);
  await startAll(cache, third);
  expect(cacheContents(cache).apps).toHaveLength(2);
});

test('the marker that is held takes the place of no standard stream that was closed', async () => {
  const cache = freshCache();
  for (let start = 0; start < 2; start++) {
    const ended = await run('sh', ['-c', 'exec "$0" streams 3>&1 <&- >&- 2>&-', first.path], { cache });
    const descriptors = ended.stdout.split('\n').flatMap((line) => / (\d+) -> .*\.ok$/.exec(line)?.[1] ?? []);
    expect(descriptors).toEqual([expect.stringMatching(/^([3-9]|\d\d+)$/)]);
  }
});
