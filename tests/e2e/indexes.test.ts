// The list of indexes on the page: typed by keyboard, asked through the gateway, credentials kept to memory and to their index.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startIndexServer, type IndexServer } from '../index-server/start-index-server';
import { makeWheel, type TestWheel } from '../unit/supply/make-wheel';
import { openApp, pickScript, reach, shoot, type App } from './open-app';

const password = 'pass:wörd%41';
const authorization = `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;
let app: App;
let corp: IndexServer;
let inner: TestWheel;
let page: Page;

beforeAll(async () => {
  app = await openApp();
  inner = await makeWheel('inner', '1.0');
  const uploaded = '2026-01-31T00:00:00Z';
  corp = await startIndexServer({ files: { [inner.filename]: inner.bytes }, authorization, cors: false, edit: (file) => ({ ...file, 'upload-time': uploaded }) });
});
beforeEach(async () => {
  corp.requests.length = app.index.requests.length = 0;
  page = await app.openPage();
  return () => page.context().close();
});
afterAll(async () => {
  // What an index refuses, browsers write into the console by themselves.
  expect(app.problems.filter((problem) => !/status of 40[13]/.test(problem))).toEqual([]);
  await app?.close();
  await corp?.close();
});

const main = 'if __name__ == "__main__":\n    pass\n';
const script = (requirements: string[], table = '') => `# /// script\n# dependencies = ${JSON.stringify(requirements)}\n${table.replace(/^/gm, '# ').replace(/^# $/, '#')}\n# ///\n${main}`;
const row = (at: number) => page.getByRole('group', { name: `Index ${at}`, exact: true });
const packed = () => page.locator('tbody th').allTextContents();

/** Waits for an end of either kind, and says what stopped it. */
async function build(): Promise<void> {
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.locator('main[data-phase=built], main[data-phase=opened] .failure').first().waitFor({ timeout: 60_000 });
  expect(await page.locator('.failure').allInnerTexts()).toEqual([]);
}

async function save(label: string): Promise<string> {
  const [event] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: label, exact: true }).click()]);
  return event.path();
}

async function addIndex({ url = corp.url, name = 'corp', user = 'ann', secret = password } = {}): Promise<void> {
  await page.getByRole('button', { name: 'Add an index' }).focus();
  await page.keyboard.press('Enter');
  // Focus is in the address; the name lies before it, user and password behind.
  await page.keyboard.type(url);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type(name);
  for (const text of ['', user, secret]) {
    await page.keyboard.press('Tab');
    if (text) await page.keyboard.type(text);
  }
}

test('a private index is asked first, by keyboard alone, and no other gets its credentials', async () => {
  await pickScript(page, 'app.py', script(['inner', 'cowsay']));
  await page.getByText('More choices').click();
  await addIndex();
  await shoot(page, 'indexes');
  await build();
  expect(await packed()).toEqual(['cowsay', 'inner']);
  expect(await page.locator('ul.notes').last().innerText()).toContain('cowsay was taken from the index default: those before it do not have it.');
  expect(corp.requests.map(({ headers }) => headers.authorization).every((sent) => sent === authorization)).toBe(true);
  expect(app.index.requests.some(({ path }) => path.includes('inner'))).toBe(false);
  expect(app.index.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
});

test('credentials are in nothing that the page keeps, shows or hands out', async () => {
  await pickScript(page, 'app.py', script(['inner']));
  await page.getByText('More choices').click();
  await addIndex();
  await build();
  await page.getByRole('button', { name: 'Copy as [tool.terrarium]' }).click();
  await page.locator('pre.written').filter({ hasText: 'indexes = ' }).waitFor();
  expect(await page.locator('pre.written').innerText()).toContain(`indexes = ["corp=${corp.url}", "configured"]`);
  const kept = await page.evaluate(async () => {
    const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, document.documentElement.outerHTML, location.href];
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      for await (const [name, handle] of folder as unknown as AsyncIterable<[string, FileSystemHandle]>) {
        texts.push(name);
        if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle);
        else texts.push(await (await (handle as FileSystemFileHandle).getFile()).text());
      }
    };
    await walk(await navigator.storage.getDirectory());
    return texts;
  });
  const files = [await save('Save pylock.toml'), await save('Save the plan'), await app.download(page, 'app-1.0.pyz'), await app.download(page, 'app-1.0-linux-x86_64')];
  expect(readFileSync(files[0]!, 'utf8')).toContain(`index = "${corp.url}"`);
  const all = [...kept, ...files.map((path) => readFileSync(path, 'latin1'))];
  expect(kept.length).toBeGreaterThan(10);
  for (const secret of [password, encodeURIComponent(password), authorization.slice(6)]) expect(all.filter((text) => text.includes(secret))).toEqual([]);
  await page.reload();
  await page.getByText('Other indexes').click();
  expect(await row(1).count()).toBe(0);
});

test('a name that is taken from one index is asked of no other', async () => {
  await pickScript(page, 'app.py', script(['inner', 'cowsay'], '[tool.terrarium]\nfrom = { inner = "corp" }'));
  await addIndex();
  await row(1).getByLabel('only for what is taken from it').check();
  expect(await page.getByLabel('Taken from one index and no other').inputValue()).toBe('inner = corp');
  await build();
  expect(await packed()).toEqual(['cowsay', 'inner']);
  expect(corp.requests.some(({ path }) => path.includes('cowsay'))).toBe(false);
  expect(app.index.requests.some(({ path }) => path.includes('inner'))).toBe(false);
});

describe('what goes wrong', () => {
  test('a wrong password stops, says where it belongs, and the right one goes on', async () => {
    await pickScript(page, 'app.py', script(['inner']));
    await page.getByText('More choices').click();
    await addIndex({ secret: 'wrong-secret' });
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    const failure = page.locator('.failure[data-code="supply/refused"]');
    await failure.waitFor();
    expect(await failure.innerText()).toMatch(/the answer was 401[^]*More choices[^]*It is the index corp; no other was asked in its place/);
    expect(await page.content()).not.toContain('wrong-secret');
    expect(app.index.requests.some(({ path }) => path.includes('inner'))).toBe(false);
    await row(1).getByLabel('Password').fill(password);
    await build();
    expect(await packed()).toEqual(['inner']);
  });

  test('a date before everything leaves nothing, and that is said', async () => {
    await pickScript(page, 'app.py', script(['inner']));
    await page.getByText('More choices').click();
    await addIndex();
    await page.getByLabel('Only files from before').fill('2026-01-31');
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    expect(await page.locator('.failure').innerText()).toContain('all files of it were uploaded on the cut-off date or later');
    await page.getByLabel('Only files from before').fill('tomorrow');
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    await page.getByText('The cut-off date is tomorrow').waitFor();
    await page.getByLabel('Only files from before').fill('2026-02-01');
    await build();
    expect(await page.locator('ul.notes').last().innerText()).toContain('Files that were uploaded on 2026-02-01T00:00:00Z or later were left out');
  });

  test('an index that a project names for itself is shown, and asked without credentials until somebody gives some', async () => {
    const table = '[tool.terrarium]\nindexes = ["theirs=https://10.1.2.3/simple/"]';
    await pickScript(page, 'app.py', script(['inner'], table));
    expect(await row(1).innerText()).toContain('named by the project: it gets no credentials');
    expect(await row(1).getByLabel('Address').inputValue()).toBe('https://10.1.2.3/simple/');
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    expect(await page.locator('.failure').innerText()).toContain('which lies in a private network; name it yourself if you trust it');
    await page.getByRole('button', { name: 'Remove index 1' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Add an index');
    await addIndex();
    await build();
    expect(await packed()).toEqual(['inner']);
  });
});

test('a requirement that is typed in is looked up on an index that was given before', async () => {
  await page.getByText('Other indexes').click();
  await addIndex();
  await page.locator('.typed input').fill('inner==1.0');
  await page.locator('.typed input').press('Enter');
  await reach(page, 'opened');
  expect(await page.locator('#summary-title').textContent()).toBe('inner 1.0');
  expect(corp.requests.length).toBeGreaterThan(0);
});
