// The browser's store in real Chromium: what is left when there is no room, with several tabs, and where storage is refused.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from '../../tools/test/chromium.mjs';
import { root } from './make-public';
import { servePage, type Served } from './serve-page';

let folder: string;
let served: Served;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'terrarium-store-page-'));
  await build({ root: join(root, 'tests/workers/store-page'), base: './', configFile: false, logLevel: 'error', publicDir: false, build: { outDir: folder, emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false } } });
  served = await servePage([folder]);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  served?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

/** Another tab of the same browser. */
async function openTab(settings: { budget?: number; safeAge?: number } = {}, script?: () => void): Promise<Page> {
  const page = await context.newPage();
  if (script) await page.addInitScript(script);
  await page.goto(served.url);
  await page.waitForFunction(() => 'page' in globalThis);
  await ask(page, 'open', settings);
  return page;
}
const ask = (page: Page, verb: string, ...values: unknown[]): Promise<any> =>
  page.evaluate(([name, given]) => (globalThis as any).page[name as string](...(given as unknown[])), [verb, values] as const);

test.each([
  [['a'], 3, ['a', 'd', 'x']],
  [['b', 'a'], 3, ['a', 'd', 'x']],
  [['a', 'b'], 4, ['a', 'b', 'd', 'x']],
  [[], 3, ['c', 'd', 'x']],
])('reads by an earlier tab in the order %j decide what is left', async (reads, room, left) => {
  const first = await openTab();
  for (const name of ['a', 'b', 'c']) {
    await ask(first, 'put', `wheels/${name}`, 400);
    await sleep(10);
  }
  await first.close();
  const second = await openTab();
  for (const name of reads) {
    await ask(second, 'get', `wheels/${name}`);
    await sleep(10);
  }
  // Uses are written a second later.
  await sleep(1500);
  await second.close();
  const third = await openTab({ budget: 400 * room, safeAge: 0 });
  await ask(third, 'put', 'wheels/x', 1);
  await ask(third, 'put', 'wheels/d', 400);
  await ask(third, 'put', 'wheels/x', 1);
  const rest = await ask(third, 'list', 'wheels');
  expect(rest).toEqual(left);
});

test('what this tab uses stays readable, and what another tab used a moment ago, whatever the budget', async () => {
  const first = await openTab({ budget: 1000 });
  await ask(first, 'put', 'wheels/a', 900, 7);
  const second = await openTab({ budget: 1000 });
  await ask(second, 'put', 'wheels/b', 900, 8);
  await ask(second, 'put', 'wheels/c', 900, 9);
  expect(await ask(first, 'held', 'wheels/a')).toEqual({ size: 900, values: [7] });
  expect(await ask(second, 'held', 'wheels/b')).toEqual({ size: 900, values: [8] });
});

test('tabs that write and read the same names at the same time see whole files', async () => {
  const tabs = await Promise.all([1, 2, 3].map(() => openTab()));
  const work = async (page: Page, seed: number): Promise<void> => {
    for (let at = 0; at < 15; at++) {
      const number = (seed + at) % 5;
      await ask(page, 'put', `wheels/${number}`, 50_000, number + 1);
      const found = await ask(page, 'get', `wheels/${(number + 2) % 5}`);
      if (found) expect(found).toEqual({ size: 50_000, values: [((number + 2) % 5) + 1] });
    }
  };
  await Promise.all(tabs.map(work));
  expect(await ask(tabs[0]!, 'list', 'wheels')).toEqual(['0', '1', '2', '3', '4']);
  expect(await ask(tabs[0]!, 'list', '.tmp')).toEqual([]);
});

test('a quota that is reached in the middle leaves what is needed in memory, and one note says so', async () => {
  const page = await openTab();
  await ask(page, 'put', 'wheels/a', 100_000);
  const session = await context.newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(served.url).origin, quotaSize: 300_000 });
  for (const [at, name] of ['b', 'c', 'd'].entries()) await ask(page, 'put', `wheels/${name}`, 250_000, at + 2);
  for (const [at, name] of ['b', 'c', 'd'].entries()) expect(await ask(page, 'get', `wheels/${name}`)).toEqual({ size: 250_000, values: [at + 2] });
  expect(await ask(page, 'get', 'wheels/a')).toEqual({ size: 100_000, values: [1] });
  expect(await ask(page, 'notes')).toEqual([expect.stringMatching(/local store cannot be written .*kept in memory/)]);
  expect(await ask(page, 'list', '.tmp')).toEqual([]);
});

test('a browser that grants no storage keeps all in memory, and a note says so', async () => {
  const page = await openTab({}, () => {
    navigator.storage.getDirectory = () => Promise.reject(new DOMException('It is denied', 'SecurityError'));
  });
  await ask(page, 'put', 'wheels/a', 100, 3);
  expect(await ask(page, 'get', 'wheels/a')).toEqual({ size: 100, values: [3] });
  expect(await ask(page, 'notes')).toEqual([expect.stringMatching(/grants no local store .*denied.*memory/)]);
});
