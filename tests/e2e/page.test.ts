// The served page in real Chromium: drop a zip, build, download, run what was downloaded; keyboard, failures, cancel.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startIndexServer, type IndexServer } from '../index-server/start-index-server';
import { serve } from '../../tools/serve/serve.mjs';
import { makeCache, runners, runOn } from '../platforms/run-artifact';
import { pathOf, terrarium } from '../platforms/terrarium';

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const projects = new URL('../world/projects/', import.meta.url).pathname;
const indexFiles = new URL('../../.build/index-files/', import.meta.url).pathname;
const repository = new URL('../../', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'terrarium-e2e-'));
const cache = makeCache();
const shots = process.env.TERRARIUM_SCREENSHOTS;

let index: IndexServer;
let app: { url: string; close(): Promise<void> };
let browser: Browser;

beforeAll(async () => {
  if (!chromiumPath) throw new Error('The end-to-end tests need Chromium; the set-up for tests installs it with apt-get.');
  index = await startIndexServer({ files: indexFiles });
  app = await serve({ port: 0, root: repository, config: { format: 1, indexes: [{ name: 'default', url: index.url }], gateway: '/gateway/' } });
  browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  await index?.close();
  rmSync(work, { recursive: true, force: true });
  rmSync(cache, { recursive: true, force: true });
});

const problems: string[] = [];
async function openPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(app.url);
  return page;
}

const shoot = (page: Page, name: string) => (shots ? page.screenshot({ path: join(shots, `${name}.png`), fullPage: true }) : undefined);
const reach = (page: Page, phase: string) => page.locator(`main[data-phase=${phase}]`).waitFor({ timeout: 180_000 });

/** A real drop event on the zone, with the file in its DataTransfer. */
async function drop(page: Page, path: string): Promise<void> {
  const name = path.split('/').at(-1)!;
  const transfer = await page.evaluateHandle(([base64, name]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(base64!), (character) => character.charCodeAt(0))], name!));
    return transfer;
  }, [readFileSync(path).toString('base64'), name]);
  await page.dispatchEvent('section.drop', 'drop', { dataTransfer: transfer });
}

async function download(page: Page, label: string): Promise<string> {
  const [event] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: `Download ${label}`, exact: true }).click()]);
  const path = join(work, event.suggestedFilename());
  await event.saveAs(path);
  return path;
}

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('a project dropped on the page', () => {
  let page: Page;
  beforeAll(async () => {
    page = await openPage();
    execFileSync('python3', ['-c', 'import shutil, sys; shutil.make_archive(sys.argv[1], "zip", sys.argv[2], "plotter")', join(work, 'plotter-main'), projects]);
    await drop(page, join(work, 'plotter-main.zip'));
    await reach(page, 'opened');
  });

  test('is described: name, version, requirements, entry', async () => {
    await shoot(page, 'opened');
    expect(await page.locator('#summary-title').textContent()).toBe('plotter 4.2.0');
    expect(await page.locator('main').textContent()).toContain('httpx>=0.27');
  });

  test('becomes files that run, with the bytes that the CLI gives', async () => {
    await page.getByRole('button', { name: 'Build' }).click();
    await reach(page, 'built');
    await shoot(page, 'built');
    const names = await page.locator('ul.artifacts strong').allTextContents();
    expect(names.sort()).toEqual(['plotter-4.2.0-linux-arm64', 'plotter-4.2.0-linux-x86_64', 'plotter-4.2.0-macos-arm64', 'plotter-4.2.0-macos-x86_64', 'plotter-4.2.0-windows-x86_64.exe', 'plotter-4.2.0.pyz']);
    const cli = await terrarium(['build', join(work, 'plotter-main.zip'), '--index', index.url, '--out', join(work, 'cli')]);
    for (const [target, name] of [['linux-x86_64', 'plotter-4.2.0-linux-x86_64'], ['macos-arm64', 'plotter-4.2.0-macos-arm64'], ['windows-x86_64', 'plotter-4.2.0-windows-x86_64.exe']] as const) {
      const path = await download(page, name);
      expect(digest(path), name).toBe(digest(pathOf(cli, 'executable', target)));
      if (runners[target]?.missing !== undefined || !runners[target]) continue;
      chmodSync(path, 0o755);
      const ended = await runOn(target, path, ['--facts'], cache);
      expect(JSON.parse(ended.stdout || '{}'), ended.stderr).toMatchObject({ version: '4.2.0', title: 'Words' });
    }
    const pyz = await download(page, 'plotter-4.2.0.pyz');
    expect(digest(pyz)).toBe(digest(pathOf(cli, 'zipapp')));
  });

  test('keeps its executable bit in the .tar.gz', async () => {
    const archive = await download(page, 'plotter-4.2.0-linux-x86_64.tar.gz');
    expect(spawnSync('tar', ['tvzf', archive], { encoding: 'utf8' }).stdout).toMatch(/^-rwxr-xr-x .* plotter-4\.2\.0-linux-x86_64\n$/);
  });

  test('raised no error in the console, under the strict content security policy', () => expect(problems).toEqual([]));
});

test('everything is reached by the keyboard alone, in the dark', async () => {
  const page = await openPage({ colorScheme: 'dark', viewport: { width: 390, height: 800 } });
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
      if (name.test(focused)) return;
    }
    throw new Error(`${name} is not reached by Tab`);
  };
  await tabTo(/^Try an example$/);
  await page.keyboard.press('Enter');
  await reach(page, 'opened');
  await tabTo(/^Build$/);
  await page.keyboard.press('Enter');
  await reach(page, 'built');
  await shoot(page, 'dark-narrow');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('artifacts-title');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await page.context().close();
});

test('a broken archive gives one sentence and a next step, and the page goes on', async () => {
  const page = await openPage();
  await page.locator('[data-picker=file]').setInputFiles({ name: 'broken.zip', mimeType: 'application/zip', buffer: Buffer.from('PK\x03\x04 not really') });
  const card = page.locator('.failure');
  await card.waitFor();
  await shoot(page, 'failure');
  expect(await card.getAttribute('data-code')).toBe('project/unreadable');
  expect(await card.textContent()).toContain('broken.zip');
  await page.locator('[data-picker=file]').setInputFiles(join(projects, 'greet.py'));
  await reach(page, 'opened');
  await page.context().close();
});

test('a build that is cancelled stops at once, and the next one works', async () => {
  const page = await openPage();
  await page.locator('[data-picker=file]').setInputFiles(join(projects, 'matrix.py'));
  await reach(page, 'opened');
  await page.getByRole('button', { name: 'Build' }).click();
  await reach(page, 'building');
  const asked = Date.now();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('.failure[data-code=cancelled]').waitFor({ timeout: 10_000 });
  expect(Date.now() - asked).toBeLessThan(5_000);
  await page.locator('[data-picker=file]').setInputFiles(join(projects, 'greet.py'));
  await reach(page, 'opened');
  await page.getByRole('button', { name: 'Build' }).click();
  await reach(page, 'built');
  await page.context().close();
});
