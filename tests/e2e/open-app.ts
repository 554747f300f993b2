// The built page on a server of its own, over a local index, in real Chromium: what end-to-end tests begin with.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../tools/serve/serve.mjs';
import { launchChromium } from '../../tools/test/chromium.mjs';
import { startIndexServer, type IndexServer } from '../index-server/start-index-server';

const indexFiles = new URL('../../.build/index-files/', import.meta.url).pathname;
const repository = new URL('../../', import.meta.url).pathname;
const shots = process.env.TERRARIUM_SCREENSHOTS;

export const projects = new URL('../world/projects/', import.meta.url).pathname;

export interface App {
  index: IndexServer;
  /** A folder for downloads and the like. */
  work: string;
  /** What pages threw, or wrote to the console as an error. */
  problems: string[];
  openPage(options?: Parameters<Browser['newContext']>[0]): Promise<Page>;
  download(page: Page, label: string): Promise<string>;
  close(): Promise<void>;
}

export async function openApp(): Promise<App> {
  const browser = await launchChromium();
  const index = await startIndexServer({ files: indexFiles });
  const app = await serve({ port: 0, root: repository, config: { format: 1, indexes: [{ name: 'default', url: index.url }], gateway: '/gateway/' } });
  const work = mkdtempSync(join(tmpdir(), 'terrarium-e2e-'));
  const problems: string[] = [];
  return {
    index, work, problems,
    async openPage(options = {}) {
      const context = await browser.newContext({ acceptDownloads: true, ...options });
      const page = await context.newPage();
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('dialog', (dialog) => { problems.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
      page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
      await page.goto(app.url);
      return page;
    },
    async download(page, label) {
      const [event] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: `Download ${label}`, exact: true }).click()]);
      const path = join(work, event.suggestedFilename());
      await event.saveAs(path);
      return path;
    },
    async close() {
      await browser.close();
      await app.close();
      await index.close();
      rmSync(work, { recursive: true, force: true });
    },
  };
}

export const shoot = (page: Page, name: string) => (shots ? page.screenshot({ path: join(shots, `${name}.png`), fullPage: true }) : undefined);

export const reach = (page: Page, phase: string) => page.locator(`main[data-phase=${phase}]`).waitFor({ timeout: 180_000 });

/** A script that need not exist as a file; waits until it is opened, or refused. */
export async function pickScript(page: Page, name: string, text: string): Promise<void> {
  await page.locator('[data-picker=file]').setInputFiles({ name, mimeType: 'text/x-python', buffer: Buffer.from(text) });
  await page.waitForFunction((title) => document.querySelector('#summary-title, #failure-title') && !document.title.startsWith(title), `Reading`);
}

export async function build(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await reach(page, 'built');
}

/** A drop event made by a script, with the file in its DataTransfer. */
export async function dropFile(page: Page, path: string): Promise<void> {
  const name = path.split('/').at(-1)!;
  const transfer = await page.evaluateHandle(([base64, name]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(base64!), (character) => character.charCodeAt(0))], name!));
    return transfer;
  }, [readFileSync(path).toString('base64'), name]);
  await page.dispatchEvent('section.drop', 'drop', { dataTransfer: transfer });
}

/** What the browser itself does when somebody drags from a file manager, or text from elsewhere: folders come as folders. */
export async function drag(page: Page, data: { files?: string[]; text?: string }, at = { x: 300, y: 200 }): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const items = data.text === undefined ? [] : [{ mimeType: 'text/plain', data: data.text }];
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data: { items, ...(data.files && { files: data.files }), dragOperationsMask: 1 } });
  }
}
