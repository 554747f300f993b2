// Projects as people have them, on the page: typed in, in a workspace, with extras, groups, locks and wheels beside them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { build, drag, openApp, reach, shoot, type App } from './open-app';

const wheel = new URL('../../.build/index-files/cowsay-6.1-py3-none-any.whl', import.meta.url).pathname;
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
});

function writeTree(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(app.work, name, path, '..'), { recursive: true });
    writeFileSync(join(app.work, name, path), text);
  }
  return join(app.work, name);
}

const onlyZipapp = async () => {
  await page.locator('details.added summary').last().waitFor();
  for (const label of ['Linux arm64', 'Windows x86-64', 'macOS x86-64', 'macOS arm64']) await page.getByLabel(label).uncheck();
  await page.getByLabel(/^Executable/).uncheck();
};
const packed = () => page.locator('tbody th').allTextContents();
const backend = '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n';

describe('a requirement typed in', () => {
  test('is looked up from the keyboard, and is the app', async () => {
    await page.getByLabel('or name one of the index').focus();
    await page.keyboard.type('httpie');
    await page.keyboard.press('Enter');
    await reach(page, 'opened');
    expect(await page.locator('#summary-title').textContent()).toBe('httpie 3.2.4');
    await shoot(page, 'typed');
    await onlyZipapp();
    await build(page);
    expect(await page.locator('ul.artifacts strong').first().textContent()).toMatch(/^httpie-3\.2\.4.*\.pyz$/);
    expect(await packed()).toContain('httpie');
  });

  test('that no index has is refused in a sentence, and the field is still there', async () => {
    await page.getByLabel('or name one of the index').fill('no-such-thing');
    await page.getByRole('button', { name: 'Look it up' }).click();
    expect(await page.locator('.failure').innerText()).toContain('no index has a distribution of that name');
    expect(await page.getByLabel('or name one of the index').inputValue()).toBe('no-such-thing');
  });

  test('has its place on a narrow dark screen', async () => {
    const narrow = await app.openPage({ viewport: { width: 320, height: 640 }, colorScheme: 'dark' });
    await shoot(narrow, 'typed-narrow');
    expect(await narrow.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await narrow.context().close();
  });
});

test('a workspace asks which project is meant, and packs it with its neighbour', async () => {
  const folder = writeTree('shopws', {
    'pyproject.toml': '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
    'packages/shop/pyproject.toml': `[project]\nname = "shop"\nversion = "1"\ndescription = "x"\ndependencies = ["till"]\n[project.scripts]\nshop = "shop:main"\n[tool.uv.sources]\ntill = { workspace = true }\n${backend}`,
    'packages/shop/shop.py': 'import till\ndef main(): print(till.word)\n',
    'packages/till/pyproject.toml': `[project]\nname = "till"\nversion = "2"\ndescription = "x"\n${backend}`,
    'packages/till/till.py': 'word = "ka-ching"\n',
  });
  await drag(page, { files: [folder] });
  const question = page.locator('.failure[data-code="project/needs-answer"]');
  await question.getByLabel('Project').selectOption('packages/shop');
  await question.getByRole('button', { name: 'Go on' }).click();
  await reach(page, 'opened');
  await onlyZipapp();
  await build(page);
  expect(await packed()).toEqual(['till']);
  await page.getByRole('combobox', { name: /^Project/ }).selectOption('packages/till');
  await page.waitForFunction(() => document.querySelector('#summary-title')?.textContent === 'till 2');
});

test('groups are check boxes, and [tool.terrarium] is where the page starts from and what it writes', async () => {
  const folder = writeTree('grouped', {
    'pyproject.toml': '[project]\nname = "grouped"\nversion = "1"\n[project.scripts]\ngrouped = "grouped:main"\n[dependency-groups]\nmoo = ["cowsay"]\n[tool.terrarium]\nrequire = ["PySocks"]\ntargets = ["linux-x86_64"]\noutputs = ["zipapp"]\nself-commands = true\n',
    'grouped.py': 'def main():\n    pass\n',
  });
  await drag(page, { files: [folder] });
  await reach(page, 'opened');
  await expect.poll(() => page.getByLabel('Windows x86-64').isChecked()).toBe(false);
  expect(await page.getByLabel(/^Answers about itself/).isChecked()).toBe(true);
  await page.getByRole('group', { name: 'Dependency groups' }).getByLabel('moo').check();
  await page.getByRole('button', { name: 'Copy as [tool.terrarium]' }).click();
  const written = await page.locator('.written', { hasText: 'targets' }).innerText();
  for (const part of ['targets = ["linux-x86_64"]', 'outputs = ["zipapp"]', 'groups = ["moo"]', 'require = ["PySocks"]', 'self-commands = true']) expect(written).toContain(part);
  await build(page);
  expect((await packed()).sort()).toEqual(['cowsay', 'pysocks']);
});

test('a wheel dropped beside a script is packed without the index being asked', async () => {
  const folder = writeTree('moo', { 'moo.py': '# /// script\n# dependencies = ["cowsay"]\n# ///\nimport cowsay\n' });
  app.index.requests.length = 0;
  await drag(page, { files: [join(folder, 'moo.py'), wheel] });
  await reach(page, 'opened');
  await onlyZipapp();
  await build(page);
  expect(await packed()).toEqual(['cowsay']);
  expect(app.index.requests.filter(({ path }) => path.includes('cowsay'))).toEqual([]);
});

test('a lock is a choice, and one that does not fit stops', async () => {
  const folder = writeTree('locked', {
    'locked.py': 'if __name__ == "__main__":\n    pass\n', 'requirements.txt': 'cowsay\n',
    'uv.lock': 'version = 1\nrequires-python = ">=3.11"\n[[package]]\nname = "locked"\nversion = "1"\nsource = { virtual = "." }\n',
  });
  await drag(page, { files: [folder] });
  await reach(page, 'opened');
  await onlyZipapp();
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  expect(await page.locator('.failure').innerText()).toContain('uv.lock does not fit the project: cowsay is required');
  await page.getByRole('combobox', { name: /^Versions/ }).selectOption('');
  await build(page);
  expect(await packed()).toEqual(['cowsay']);
});
