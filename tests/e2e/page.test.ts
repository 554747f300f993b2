// The served page in real Chromium: drop a zip, build, download, run what was downloaded; keyboard, failures, cancel.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCache, runners, runOn } from '../platforms/run-artifact';
import { pathOf, terrarium } from '../platforms/terrarium';
import { dropFile, openApp, projects, reach, shoot, type App } from './open-app';

const cache = makeCache();
let app: App;

beforeAll(async () => {
  app = await openApp();
});
afterAll(async () => {
  await app?.close();
  rmSync(cache, { recursive: true, force: true });
});

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('a project dropped on the page', () => {
  let page: Page;
  beforeAll(async () => {
    page = await app.openPage();
    execFileSync('python3', ['-c', 'import shutil, sys; shutil.make_archive(sys.argv[1], "zip", sys.argv[2], "plotter")', join(app.work, 'plotter-main'), projects]);
    await dropFile(page, join(app.work, 'plotter-main.zip'));
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
    const cli = await terrarium(['build', join(app.work, 'plotter-main.zip'), '--index', app.index.url, '--out', join(app.work, 'cli')]);
    for (const [target, name] of [['linux-x86_64', 'plotter-4.2.0-linux-x86_64'], ['macos-arm64', 'plotter-4.2.0-macos-arm64'], ['windows-x86_64', 'plotter-4.2.0-windows-x86_64.exe']] as const) {
      const path = await app.download(page, name);
      expect(digest(path), name).toBe(digest(pathOf(cli, 'executable', target)));
      if (runners[target]?.missing !== undefined || !runners[target]) continue;
      chmodSync(path, 0o755);
      const ended = await runOn(target, path, ['--facts'], cache);
      expect(JSON.parse(ended.stdout || '{}'), ended.stderr).toMatchObject({ version: '4.2.0', title: 'Words' });
    }
    const pyz = await app.download(page, 'plotter-4.2.0.pyz');
    expect(digest(pyz)).toBe(digest(pathOf(cli, 'zipapp')));
  });

  test('keeps its executable bit in the .tar.gz', async () => {
    const archive = await app.download(page, 'plotter-4.2.0-linux-x86_64.tar.gz');
    expect(spawnSync('tar', ['tvzf', archive], { encoding: 'utf8' }).stdout).toMatch(/^-rwxr-xr-x .* plotter-4\.2\.0-linux-x86_64\n$/);
  });

  test('raised no error in the console, under the strict content security policy', () => expect(app.problems).toEqual([]));
});

test('everything is reached by the keyboard alone, in the dark', async () => {
  const page = await app.openPage({ colorScheme: 'dark', viewport: { width: 390, height: 800 } });
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
  const page = await app.openPage();
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
  const page = await app.openPage();
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
