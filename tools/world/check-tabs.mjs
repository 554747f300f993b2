// A project assembled in the served page, in real Chromium, for all targets, against the real index: what its processes hold at most.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { serve } from '../serve/serve.mjs';
import { at, root } from '../setup/paths.mjs';
import { fetchPipIndex } from '../setup/pip-index.mjs';
import { chromiumArguments, chromiumPath } from '../test/chromium.mjs';

const megabyte = 1 << 20;

export async function checkTabs(cases, report) {
  for (const one of cases) await report(one.name, 'Chromium', chromiumPath && process.platform === 'linux' ? () => check(one) : { skipped: 'needs Chromium on Linux' });
}

async function check(one) {
  const app = await serve({ port: 0, root, config: { format: 1, indexes: [{ name: 'default', url: await fetchPipIndex() }], gateway: '/gateway/' } });
  // A profile on disk, as people have: what a private window stores, it holds in memory.
  const profile = mkdtempSync(join(tmpdir(), 'terrarium-world-profile-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath: chromiumPath, args: chromiumArguments });
  try {
    return await assemble(one, app.url, context);
  } finally {
    await context.close();
    await app.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

async function assemble({ project, targets, limit }, url, context) {
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(url);
  const watch = await watchMemory(context.browser());
  await page.locator('[data-picker=file]').setInputFiles(listFiles(at('tests/world/projects', project)));
  await reach(page, 'opened');
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await reach(page, 'built');
  const names = await page.locator('ul.artifacts strong').allTextContents();
  const { renderer, browser: main } = await watch.end();
  const lacking = targets.filter((target) => !names.some((name) => name.includes(target)));
  if (lacking.length) throw new Error(`nothing was made for ${lacking.join()}: ${names.join()}`);
  const told = `${names.length} files; the tab's process ${renderer} MB at most, the browser's own grew by ${main} MB`;
  if (renderer > limit) throw new Error(`${told}; expected less than ${limit} MB for the tab`);
  return told;
}

const listFiles = (folder) => readdirSync(folder).map((name) => join(folder, name));

/** The page says its phase; a failure says what it is. */
async function reach(page, phase) {
  await page.waitForFunction((wanted) => document.querySelector(`main[data-phase=${wanted}]`) ?? document.querySelector('#failure-title'), phase, { timeout: 900_000 });
  const failure = await page.locator('#failure-title').count();
  if (failure) throw new Error(await page.locator('main').innerText());
}

/** Peaks of resident memory of their own, without the program's code, in MB: of the largest renderer, and the growth of the browser's own process, which holds Blobs. */
async function watchMemory(browser) {
  const session = await browser.newBrowserCDPSession();
  const peaks = { renderer: 0, browser: 0 };
  const before = await measure(session);
  let ended = false;
  const watching = (async () => {
    while (!ended) {
      const now = await measure(session);
      peaks.renderer = Math.max(peaks.renderer, now.renderer);
      peaks.browser = Math.max(peaks.browser, now.browser - before.browser);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return { async end() { ended = true; await watching; return peaks; } };
}

async function measure(session) {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const largest = (type) => Math.max(0, ...processInfo.filter((one) => one.type === type).map((one) => residentSize(one.id)));
  return { renderer: largest('renderer'), browser: largest('browser') };
}

function residentSize(process) {
  try {
    return Math.round((Number(/^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${process}/status`, 'utf8'))?.[1] ?? 0) * 1024) / megabyte);
  } catch {
    return 0; // It ended meanwhile.
  }
}
