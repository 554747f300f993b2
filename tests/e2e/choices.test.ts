// What a person can bring and choose on the page: folders, several files, entries, undeclared imports, versions, another Python.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readResources, resourceTypes } from '../../src/formats/pe/read-resources';
import { makeCache, runners, runOn } from '../platforms/run-artifact';
import { makeBitmap, makeIco, makePng } from '../unit/formats/make-ico';
import { build, drag, openApp, pickScript, projects, reach, shoot, type App } from './open-app';

const cache = makeCache();
const only = 'linux-x86_64';
let app: App;
let page: Page;

beforeAll(async () => {
  app = await openApp();
});
beforeEach(async () => {
  page = await app.openPage();
  return () => page.context().close();
});
afterAll(async () => {
  expect(app.problems).toEqual([]);
  await app.close();
  rmSync(cache, { recursive: true, force: true });
});

const main = 'if __name__ == "__main__":\n';
const summary = () => page.locator('section[aria-labelledby=summary-title]').innerText();

function writeTree(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(app.work, name, path, '..'), { recursive: true });
    writeFileSync(join(app.work, name, path), text);
  }
  return join(app.work, name);
}

/** Builds for this machine alone, and runs the result where that can be done. */
async function buildAndRun(name: string, words: string[] = []): Promise<string | undefined> {
  for (const label of ['Linux arm64', 'Windows x86-64', 'macOS x86-64', 'macOS arm64', /^Zipapp/]) {
    await page.getByLabel(label).uncheck();
  }
  await build(page);
  const path = await app.download(page, `${name}-${only}`);
  if (runners[only]!.missing !== undefined) return undefined;
  chmodSync(path, 0o755);
  const ended = await runOn(only, path, words, cache);
  return ended.stdout + ended.stderr;
}

describe('what is dropped', () => {
  test('a folder is walked whole, and what does not belong to the project is counted (Z62)', async () => {
    const modules = Object.fromEntries(Array.from({ length: 230 }, (_, at) => [`shop/m${at}.py`, `x = ${at}\n`]));
    const folder = writeTree('shop', { ...modules, 'shop/__init__.py': '', 'main.py': `import shop.m229\n${main}    print(shop.m229.x)\n`, '.git/HEAD': 'ref', '.git/objects/a': 'a', 'env/pyvenv.cfg': '', 'env/lib/x.py': '' });
    await drag(page, { files: [folder] });
    await reach(page, 'opened');
    expect(await summary()).toMatch(/shop: 232 files/);
    expect(await summary()).toMatch(/\.git \(version control\): 2 files/);
    expect(await summary()).toMatch(/env \(virtual environment\): 2 files/);
    expect(await buildAndRun('shop-1.0') ?? '229\n').toBe('229\n');
  });

  test('several files are one project, wherever on the page they land', async () => {
    const folder = writeTree('loose', { 'tool.py': `import helper\n${main}    print(helper.word)\n`, 'helper.py': 'word = "hi"\n' });
    await drag(page, { files: [join(folder, 'tool.py'), join(folder, 'helper.py')] }, { x: 300, y: 650 });
    await reach(page, 'opened');
    expect(await summary()).toMatch(/project: 2 files/);
  });

  test('text is refused in one sentence, and nothing is dropped into work that is going on', async () => {
    await drag(page, { text: 'print(1)' });
    expect(await page.locator('.failure').innerText()).toContain('holds no file');
    await page.getByRole('button', { name: 'Try an example' }).click();
    await reach(page, 'opened');
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    await drag(page, { files: [join(projects, 'greet.py')] });
    await reach(page, 'built');
    expect(await page.locator('#summary-title').textContent()).toBe('countdown 1.0');
  });

  test('a folder from the picker is a project, and hostile names in it are shown as text', async () => {
    const folder = writeTree('evil<img src=x onerror=alert(1)>\u202Egpj', { 'run.py': `import yaml\n${main}    pass\n`, '<b>\u202Eyp.py': 'not python <script>alert(1)</script>\n' });
    await page.locator('[data-picker=folder]').setInputFiles(folder);
    await reach(page, 'opened');
    expect(await summary()).toContain('evil<img src=x onerror=alert(1)>\\u202egpj');
    expect(await summary()).toContain('<b>\\u202eyp.py');
    expect(await page.locator('main img, main b, main script').count()).toBe(0);
    await shoot(page, 'hostile');
  });
});

describe('what is chosen', () => {
  test('one of three commands, the likeliest being chosen already', async () => {
    await page.locator('[data-picker=file]').setInputFiles(new URL('../../.build/index-files/httpie-3.2.4.tar.gz', import.meta.url).pathname);
    await reach(page, 'opened');
    const commands = page.getByRole('group', { name: 'Starts' }).getByRole('radio');
    expect(await commands.count()).toBe(3);
    expect(await page.getByRole('group', { name: 'Starts' }).locator(':checked').count()).toBe(1);
    await page.getByRole('radio', { name: /^http / }).check();
    expect(await buildAndRun('httpie-3.2.4', ['--version']) ?? '3.2.4\n').toBe('3.2.4\n');
  });

  test('an undeclared import is fetched only when it is confirmed, and can be imported then', async () => {
    await pickScript(page, 'conf.py', `import yaml\n${main}    print(yaml.safe_load("a: [1, 2]"))\n`);
    expect(await page.getByLabel('PyYAML').isChecked()).toBe(false);
    await page.getByLabel('PyYAML').check();
    expect(await buildAndRun('conf-1.0') ?? "{'a': [1, 2]}\n").toBe("{'a': [1, 2]}\n");
  });

  test('a module that nobody knows is named, and what the user types is fetched for it', async () => {
    await pickScript(page, 'cow.py', `import mystery_thing\n${main}    pass\n`);
    expect(await page.locator('section[aria-labelledby=choices-title]').innerText()).toMatch(/not known to Terrarium:\s+mystery_thing cow.py:1/);
    await page.getByRole('textbox', { name: /One on each line/ }).fill('cowsay==6.1\n\n');
    await build(page);
    expect(await page.locator('tbody th').allTextContents()).toEqual(['cowsay']);
  });

  test('the same project dropped again keeps what was chosen, but nothing that it no longer has', async () => {
    await pickScript(page, 'again.py', `import yaml, PIL\n${main}    pass\n`);
    await page.getByLabel('PyYAML').check();
    await page.getByLabel('pillow').check();
    await page.getByLabel('Linux arm64').uncheck();
    await page.getByLabel('Version').fill('7.1');
    await pickScript(page, 'again.py', `import yaml\n${main}    print("changed")\n`);
    expect(await page.locator('#summary-title').textContent()).toBe('again 7.1');
    expect(await page.getByLabel('PyYAML').isChecked()).toBe(true);
    expect(await page.getByLabel('Linux arm64').isChecked()).toBe(false);
    await build(page);
    expect(await page.locator('tbody th').allTextContents()).toEqual(['pyyaml']);
    expect(await page.locator('ul.artifacts strong').first().textContent()).toBe('again-7.1-linux-x86_64');
  });

  test('a version that is none is asked for again, and the answer goes on with the build', async () => {
    await pickScript(page, 'odd.py', `${main}    pass\n`);
    await page.getByLabel('Version').fill('not one');
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    const question = page.locator('.failure[data-code="project/needs-answer"]');
    await question.getByLabel('Version').fill('2.5');
    await page.keyboard.press('Enter');
    await reach(page, 'built');
    expect(await page.locator('ul.artifacts strong').first().textContent()).toBe('odd-2.5-linux-x86_64');
  });

  test('an icon is in executables for Windows, and what puts it there is loaded only then', async () => {
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    const isLoaded = () => loaded.some((path) => path.includes('write-resources'));
    await pickScript(page, 'pretty.py', `${main}    pass\n`);
    await page.getByText('More choices').click();
    const name = page.locator('#icon-name');
    expect(await name.textContent()).toBe('Terrarium’s own');
    const image = makeBitmap(16, [1, 2, 3, 255]);
    await page.locator('[data-picker=icon]').setInputFiles({ name: 'it.ico', mimeType: 'image/x-icon', buffer: makeIco([{ width: 16, bytes: image }]) });
    expect(await name.textContent()).toBe('it.ico');
    await page.getByLabel('Windows x86-64').uncheck();
    await build(page);
    expect(isLoaded()).toBe(false);
    expect(await page.locator('ul.notes').last().innerText()).toContain('it.ico is used nowhere');
    await page.getByLabel('Windows x86-64').check();
    await build(page);
    expect(isLoaded()).toBe(true);
    const icons = async () => readResources(readFileSync(await app.download(page, 'pretty-1.0-windows-x86_64.exe'))).filter(({ type }) => type === resourceTypes.icon);
    expect((await icons()).map(({ bytes }) => Buffer.from(bytes).equals(image))).toEqual([true]);
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Choose an icon…');
    await build(page);
    expect((await icons()).length).toBe(4);
  });

  test('a picture that cannot be an icon is told before anything is built, and another one goes on', async () => {
    await pickScript(page, 'pretty.py', `${main}    pass\n`);
    await page.getByText('More choices').click();
    const choose = (name: string, buffer: Buffer) => page.locator('[data-picker=icon]').setInputFiles({ name, mimeType: 'image/png', buffer });
    await choose('wide\u202Egpj.png', makePng({ width: 100, height: 50 }));
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    const failure = page.locator('.failure[data-code="plan/unsupported"]');
    expect(await failure.innerText()).toMatch(/wide\\u202egpj\.png cannot be the icon\..* 100 × 50 pixels[^]*a square PNG image of 16 to 256 pixels/);
    await choose('right.png', makePng({ width: 64 }));
    await build(page);
    expect(await failure.count()).toBe(0);
  });

  test('an app answers to self only if that was chosen, by keyboard too', async () => {
    await pickScript(page, 'echo.py', `import sys\n${main}    print(sys.argv[1:])\n`);
    await page.getByText('More choices').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Choose an icon…');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await page.getByLabel(/^Answers about itself/).isChecked()).toBe(true);
    expect(await buildAndRun('echo-1.0', ['self', 'info']) ?? 'name: echo\n').toContain('name: echo\n');
    await page.getByLabel(/^Answers about itself/).uncheck();
    await build(page);
    expect(await buildAndRun('echo-1.0', ['self', 'info']) ?? "['self', 'info']\n").toBe("['self', 'info']\n");
  });

  test('another Python makes only what there is a runtime for', async () => {
    await pickScript(page, 'old.py', `import sys\n${main}    print(sys.version_info[:2])\n`);
    await page.locator('select').selectOption('3.11');
    expect(await page.getByLabel('Windows x86-64').isDisabled()).toBe(true);
    await build(page);
    expect(await page.locator('ul.artifacts strong').allTextContents()).toEqual(['old-1.0-linux-x86_64', 'old-1.0.pyz']);
    await page.locator('select').selectOption('3.14');
    await build(page);
    expect(await page.locator('ul.artifacts strong').count()).toBe(6);
  });
});

test('what cannot be had is shown as a table, with buttons that would help', async () => {
  await pickScript(page, 'sums.py', '# /// script\n# dependencies = ["numpy", "rich"]\n# ///\nimport numpy\nif __name__ == "__main__":\n    print(numpy.arange(4).sum())\n');
  await page.locator('select').selectOption('3.11');
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  const card = page.locator('section.failure');
  await card.waitFor();
  expect(await card.getAttribute('data-code')).toMatch(/^resolution/);
  expect(await card.locator('td[data-state=missing]').allInnerTexts()).toEqual([expect.stringMatching(/^2\.5\.5/)]);
  expect(await card.locator('td[data-state=pure]').count()).toBeGreaterThan(2);
  await shoot(page, 'gaps');
  await card.getByRole('button', { name: /Use Python 3\.14: numpy 2\.5\.5 has a wheel/ }).click();
  await reach(page, 'built');
  expect(await page.locator('td[data-state=native]').count()).toBe(5);
  expect(await page.locator('.artifacts').innerText()).toMatch(/needs at least glibc 2\.\d+/);
}, 240_000);
