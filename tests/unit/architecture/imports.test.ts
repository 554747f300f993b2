// Imports run downhill only, siblings never: the table of src/README.md.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url).pathname;
const stage = ['model', 'formats', 'targets', 'protocol', 'supply', 'outputs'];
const door = ['model', 'formats', 'targets', 'protocol', 'supply', 'outputs', 'artifact', 'top'];

/** Room → rooms that its files may import, besides itself. `top` is the files of src itself: pipeline and engine. */
const allowed: Record<string, string[]> = {
  model: [],
  targets: ['model'],
  formats: ['model'],
  protocol: ['model', 'workers'],
  supply: ['model', 'formats', 'protocol'],
  outputs: ['model', 'formats', 'targets', 'protocol', 'supply'],
  project: stage, analysis: stage, build: stage, resolution: stage, layers: stage, plan: stage, assembly: stage, artifact: stage,
  top: [...stage, 'project', 'analysis', 'build', 'resolution', 'layers', 'plan', 'assembly', 'artifact'],
  ui: door, cli: door,
  workers: ['model', 'protocol', 'supply', 'top'],
};

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (/\.(ts|svelte)$/.test(entry.name)) yield path;
  }
}

function findRoom(path: string): string {
  const parts = relative(root, path).split('/');
  if (parts[0] === 'workers') return 'workers';
  return parts.length > 2 ? parts[1]! : 'top';
}

const imports = [...walk(join(root, 'src')), ...walk(join(root, 'workers'))].flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/(?:(?:from|import\()\s*'(\.[^']+)'|new URL\('(\.[^']+\.ts)')/g)].map((match) => ({
    file: relative(root, file),
    from: findRoom(file),
    to: findRoom(`${resolve(dirname(file), (match[1] ?? match[2])!)}.ts`),
  })),
);

test('finds the imports that it judges', () => expect(imports.length).toBeGreaterThan(100));

test('every room imports only what lies below it', () => {
  const uphill = imports.filter(({ from, to }) => from !== to && !allowed[from]?.includes(to));
  expect(uphill.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
});
