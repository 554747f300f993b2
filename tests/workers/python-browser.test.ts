// Python in a worker of a worker of a page in real Chromium, under the real page's content security policy.
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../tools/test/chromium.mjs';
import { breakages, escapes } from './hostile-backends';
import { makePublic, root, type PublicFolder } from './make-public';
import { servePage, type Served } from './serve-page';

let folder: PublicFolder;
let served: Served;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  folder = makePublic({ snapshot: true });
  await buildPage(join(folder.path, 'page'));
  withoutSnapshot(folder.path);
  served = await servePage([join(folder.path, 'page'), folder.path]);
  browser = await launchChromium();
  page = await browser.newPage();
  // Pyodide says aloud that a backend broke it.
  page.on('console', (message) => message.type() === 'error' && !message.location().url.includes('/pyodide/') && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(served.url);
});
afterAll(async () => {
  await browser?.close();
  served?.close();
  folder?.remove();
});

async function buildPage(outDir: string): Promise<void> {
  await build({ root: join(root, 'tests/workers/page'), base: './', configFile: false, logLevel: 'error', publicDir: false, build: { outDir, target: 'es2023', modulePreload: { polyfill: false } }, worker: { format: 'es' } });
}

function withoutSnapshot(path: string): void {
  mkdirSync(join(path, 'ordinary'));
  for (const name of ['pyodide', 'python']) cpSync(join(path, name), join(path, 'ordinary', name), { recursive: true });
  for (const name of ['snapshot.bin', 'snapshot.json']) rmSync(join(path, 'ordinary/python', name));
}

/** Calls the page's middle worker. */
function ask(method: string, ...values: unknown[]): Promise<any> {
  return page.evaluate(([name, given]) => (globalThis as any).middle[name as string](...(given as unknown[])), [method, values] as const);
}

describe('in Chromium', () => {
  it('starts from the snapshot', async () => {
    const started = await ask('start', served.url);
    console.info(`Chromium, from the snapshot: ${started.milliseconds} ms`);
    expect(started.boot).toBe('snapshot');
  });

  it('carries blobs and answers', async () => {
    expect(await ask('reverse', [1, 2, 3])).toEqual([3, 2, 1]);
  });

  it('rejects with the traceback of a bug', async () => {
    expect(await ask('fail', 'blobs["absent"]')).toMatch(/^PythonError: Traceback[^]*TypeError/);
  });

  it('rejects what runs as Cancelled when it is ended, and serves again', async () => {
    const running = ask('fail', 'while True: pass');
    await ask('terminate');
    expect(await running).toMatch(/^Cancelled/);
    expect(await ask('evaluate', 'value = 1 + 1')).toBe(2);
  });

  it('asks for nothing more once it is up, whatever Python tries', async () => {
    await ask('evaluate', 'value = 1');
    served.asked.length = 0;
    for (const code of attempts) expect(await ask('fail', `${code}\nraise SystemError("reached")`)).not.toContain('SystemError');
    expect(served.asked).toEqual([]);
  });

  const attempts = [
    'import js',
    'import pyodide_js',
    'from pyodide.code import run_js; run_js("fetch(\'/leak\')")',
    'from pyodide.http import open_url; open_url("/leak")',
    'from pyodide.http import pyfetch; pyfetch("/leak").send(None)',
    'import _socket; _socket.socket().connect(("127.0.0.1", 9))',
    'import urllib.request; urllib.request.urlopen("http://127.0.0.1:9/leak", timeout=1)',
  ];

  it.each(escapes)('a backend that $name is refused, and nothing is asked for', async ({ does, message }) => {
    const built = ask('build', 'pass', {});
    expect(await built).toBe('built');
    served.asked.length = 0;
    // Its own start asks for Pyodide's files.
    expect(await ask('build', does, { port: new URL(served.url).port, secret: '/etc/hostname' })).toMatch(message!);
    expect(served.asked.filter((path) => !/pyodide|python|worker/.test(path))).toEqual([]);
  });

  it.each(breakages)('a backend that $name spoils nothing for the next, nor for the analysis', async ({ does, message }) => {
    expect(await ask('build', does, {})).toMatch(message ?? /^built$/);
    expect(await ask('build', 'pass', {})).toBe('built');
    expect(await ask('evaluate', 'value = 1 + 1')).toBe(2);
  });

  it('ends a backend when the build is cancelled', async () => {
    const running = ask('build', 'while True: pass', {});
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await ask('terminate');
    expect(await running).toBe('Cancelled');
    expect(await ask('build', 'pass', {})).toBe('built');
  });

  it('starts the ordinary way', async () => {
    await ask('close');
    const started = await ask('start', `${served.url}ordinary/`);
    console.info(`Chromium, the ordinary way: ${started.milliseconds} ms`);
    expect(started.boot).toBe('ordinary');
    expect(await ask('evaluate', 'value = 1 + 1')).toBe(2);
    await ask('close');
  });

  it('breaks no rule of the policy', () => {
    expect(complaints.filter((text) => !/404/.test(text))).toEqual([]);
  });
});
