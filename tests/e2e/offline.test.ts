// The page without a network, without storage and with too little of it: what was kept builds, what is lacking is named, and the log can be saved.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NetworkReport } from '../../src/model/network';
import { build, openApp, pickScript, type App } from './open-app';

let app: App;
beforeAll(async () => {
  app = await openApp();
});
afterAll(() => app?.close());

const script = (...requirements: string[]) => `# /// script\n# dependencies = ${JSON.stringify(requirements)}\n# ///\nif __name__ == "__main__":\n    print("hello")\n`;
const ready = (page: Page) => page.locator('[data-python=ready]').waitFor({ timeout: 60_000 });
const digests = async (page: Page) => (await page.locator('ul.artifacts code').allTextContents()).sort();

async function saveLog(page: Page): Promise<NetworkReport> {
  const [event] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the network log' }).click()]);
  expect(event.suggestedFilename()).toBe('network-log.json');
  const path = join(app.work, 'network-log.json');
  await event.saveAs(path);
  return JSON.parse(readFileSync(path, 'utf8')) as NetworkReport;
}

test('what was built once is built again with the network off, with the same bytes; what is lacking is named', async () => {
  const page = await app.openPage();
  await pickScript(page, 'hello.py', script('click', 'rich'));
  app.index.requests.length = 0;
  await build(page);
  const online = await digests(page);
  const first = await saveLog(page);
  const asked = first.rows.filter(({ from, url }) => from === 'network' && url.startsWith(app.index.origin));
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.map(({ url }) => new URL(url).pathname).sort()).toEqual(app.index.requests.map(({ path }) => path).sort());
  expect(asked.every(({ sha256, range }) => range !== undefined || /^[0-9a-f]{64}$/.test(sha256!))).toBe(true);

  await page.reload();
  await ready(page);
  app.problems.length = 0;
  await page.context().setOffline(true);
  app.index.requests.length = 0;
  await pickScript(page, 'hello.py', script('click', 'rich'));
  await build(page);
  expect(await digests(page)).toEqual(online);
  expect(app.index.requests).toEqual([]);
  const second = await saveLog(page);
  expect(second.rows.filter(({ url }) => url.startsWith(app.index.origin)).every(({ from }) => from === 'store')).toBe(true);

  await pickScript(page, 'other.py', script('click', 'httpx', 'flask'));
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.locator('#failure-title').waitFor({ timeout: 60_000 });
  expect(await page.locator('section.failure').textContent()).toMatch(/2 things that the build needs .* not in the local store: the listing of flask, the listing of httpx\..*Build once with the network/s);
  const failed = await saveLog(page);
  expect(failed.rows.find(({ what }) => what === 'the listing of flask')).toMatchObject({ tries: 1, problem: expect.any(String) });
  // The browser itself writes to the console that it could not fetch.
  expect(app.problems.filter((line) => !/ERR_INTERNET_DISCONNECTED/.test(line))).toEqual([]);
  app.problems.length = 0;
  await page.context().close();
});

/** In the engine's worker, before anything of it runs. */
async function openWith(before: string): Promise<Page> {
  const page = await app.openPage();
  await page.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `${before}\n${await answer.text()}` });
  });
  await page.reload();
  await ready(page);
  return page;
}

test('a browser that grants no storage builds the same, and says so', async () => {
  const page = await openWith("if (navigator.storage) navigator.storage.getDirectory = () => Promise.reject(new DOMException('It is denied', 'SecurityError'));");
  await pickScript(page, 'hello.py', script('click'));
  await build(page);
  expect(await page.locator('main').textContent()).toMatch(/The browser grants no local store .*denied/);
  const without = await digests(page);
  await page.context().close();

  const usual = await app.openPage();
  await pickScript(usual, 'hello.py', script('click'));
  await build(usual);
  expect(await digests(usual)).toEqual(without);
  expect(await usual.locator('main').textContent()).not.toMatch(/local store/);
  await usual.context().close();
});

test('a quota that is reached in the middle of a build does not stop it, and the page says so', async () => {
  const page = await app.openPage();
  await ready(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize: 400_000 });
  await pickScript(page, 'hello.py', script('click', 'rich'));
  await build(page);
  expect(await page.locator('main').textContent()).toMatch(/The local store cannot be written .*kept in memory/);
  await page.context().close();
});
