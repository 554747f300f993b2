// The page for eyes, keyboards and screen readers: contrast, sizes, where focus goes, what is announced; and what a tab survives.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePng } from '../unit/formats/make-ico';
import { build, openApp, pickScript, projects, reach, shoot, type App } from './open-app';

let app: App;

beforeAll(async () => {
  app = await openApp();
});
afterAll(async () => {
  expect(app.problems).toEqual([]);
  await app.close();
});

const script = 'import yaml, mystery_thing\nif __name__ == "__main__":\n    pass\n';
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);

/** Texts below the ratio that WCAG asks of small text, with theirs. */
const findFaint = (page: Page, least: number) => page.evaluate((least) => {
  const parse = (colour: string) => {
    const numbers = colour.match(/[\d.]+/g)!.map(Number);
    return colour.startsWith('color(') ? numbers.map((value, at) => (at < 3 ? value * 255 : value)) : numbers;
  };
  const linear = (value: number) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]: number[]) => 0.2126 * linear(r!) + 0.7152 * linear(g!) + 0.0722 * linear(b!);
  const ground = (element: Element | null): number[] => {
    if (!element) return [255, 255, 255];
    const colour = parse(getComputedStyle(element).backgroundColor);
    return (colour[3] ?? 1) > 0 ? colour : ground(element.parentElement);
  };
  const texts = [...document.querySelectorAll('#app *')].filter((element) => !element.closest(':disabled') && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim()));
  const ratios = texts.map((element) => {
    const [low, high] = [luminance(parse(getComputedStyle(element).color)), luminance(ground(element))].sort((a, b) => a - b);
    return { text: element.textContent!.trim().slice(0, 40), ratio: (high! + 0.05) / (low! + 0.05) };
  });
  return { looked: ratios.length, faint: ratios.filter(({ ratio }) => ratio < least) };
}, least);

const findSmall = (page: Page, least: number) => page.evaluate((least) =>
  [...document.querySelectorAll('button, select, textarea, summary, label.choice')]
    .map((element) => ({ text: element.textContent!.trim().slice(0, 30), height: element.getBoundingClientRect().height }))
    .filter(({ height }) => height > 0 && height < least), least);

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('every text has a contrast of 4.5, from the first page to a failure', async () => {
    const page = await app.openPage({ colorScheme });
    const looks = [await findFaint(page, 4.5)];
    await pickScript(page, 'seen.py', script);
    await page.getByText('More choices').click();
    looks.push(await findFaint(page, 4.5));
    await build(page);
    looks.push(await findFaint(page, 4.5));
    await pickScript(page, 'seen.txt', 'no project');
    looks.push(await findFaint(page, 4.5));
    expect(looks.flatMap(({ faint }) => faint)).toEqual([]);
    expect(Math.min(...looks.map(({ looked }) => looked))).toBeGreaterThan(5);
    await page.context().close();
  });
});

test('on a phone nothing is too small to touch or too wide to see', async () => {
  const page = await app.openPage({ viewport: { width: 390, height: 800 }, hasTouch: true });
  await pickScript(page, 'seen.py', script);
  await page.getByText('More choices').click();
  await page.locator('[data-picker=icon]').setInputFiles({ name: `${'long'.repeat(30)}.png`, mimeType: 'image/png', buffer: makePng({ width: 64 }) });
  await page.getByRole('button', { name: 'Remove', exact: true }).waitFor();
  expect(await findSmall(page, 44)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await build(page);
  expect(await findSmall(page, 44)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await shoot(page, 'phone');
  await page.context().close();
});

test('focus goes to the heading of what is new, headings have an order, and only stages are announced', async () => {
  const page = await app.openPage();
  await pickScript(page, 'seen.py', script);
  expect(await focused(page)).toBe('summary-title');
  await page.evaluate(() => {
    const said = ((window as unknown as { said: string[] }).said = []) as string[];
    new MutationObserver(() => {
      const text = document.querySelector('main [role=status]')?.textContent ?? '';
      if (text && said.at(-1) !== text) said.push(text);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await reach(page, 'building');
  expect(['progress-title', 'artifacts-title']).toContain(await focused(page));
  await reach(page, 'built');
  expect(await focused(page)).toBe('artifacts-title');
  expect(await page.title()).toBe('seen is packed · Terrarium');
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
  expect(said.length).toBeLessThan(12);
  expect(await page.evaluate(() => [...document.querySelectorAll('h1, h2, h3')].map((heading) => heading.tagName).join(' '))).toMatch(/^H1( H2( H3)*)+$/);
  await pickScript(page, 'seen.txt', 'no project');
  expect(await focused(page)).toBe('failure-title');
  await page.context().close();
});

test('cancelling while Python starts leaves the project to be dropped again, and Python gets ready', async () => {
  const page = await app.openPage();
  await page.locator('[data-picker=file]').setInputFiles(join(projects, 'greet.py'));
  const cancel = page.getByRole('button', { name: 'Cancel' });
  const asked = Date.now();
  await cancel.click({ timeout: 1000 }).catch(() => {});
  await page.waitForFunction(() => document.querySelector('main')!.dataset.phase !== 'opening');
  expect(Date.now() - asked).toBeLessThan(3000);
  await page.locator('[data-python=ready]').waitFor();
  await pickScript(page, 'greet.py', script);
  expect(await page.locator('#summary-title').textContent()).toBe('greet');
  await page.context().close();
});

test('a tab that is reloaded in the middle of a build builds the same bytes afterwards', async () => {
  const page = await app.openPage();
  const digests = () => page.locator('.digest code').allTextContents();
  const first = 'pair.py';
  const text = '# /// script\n# dependencies = ["orjson", "pyyaml"]\n# ///\nif __name__ == "__main__":\n    pass\n';
  for (const stage of ['Fetch', 'Prepare layers']) {
    await pickScript(page, first, text);
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    await page.waitForFunction((stage) => document.querySelector('.stages .now')?.textContent === stage || document.querySelector('main')!.dataset.phase === 'built', stage, { polling: 5 });
    await page.reload();
  }
  await pickScript(page, first, text);
  await build(page);
  const after = await digests();
  const other = await app.openPage();
  await pickScript(other, first, text);
  await build(other);
  expect(await other.locator('.digest code').allTextContents()).toEqual(after);
  await page.context().close();
  await other.context().close();
});

test('what was saved is released again', async () => {
  const page = await app.openPage();
  await page.clock.install();
  await page.evaluate(() => {
    const held = ((window as unknown as { held: Set<string> }).held = new Set<string>());
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob) => { const url = createObjectURL.call(URL, blob); held.add(url); return url; };
    URL.revokeObjectURL = (url) => { held.delete(url); revokeObjectURL.call(URL, url); };
  });
  await pickScript(page, 'seen.py', 'if __name__ == "__main__":\n    pass\n');
  await build(page);
  await app.download(page, 'seen-1.0-linux-x86_64');
  await app.download(page, 'seen-1.0-linux-x86_64.tar.gz');
  const held = () => page.evaluate(() => (window as unknown as { held: Set<string> }).held.size);
  expect(await held()).toBe(2);
  await page.clock.fastForward(120_000);
  expect(await held()).toBe(0);
  await page.context().close();
});
