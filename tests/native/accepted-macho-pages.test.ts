// Page hashes of the runtime come with its pack: joining an executable reads of it nothing, whichever of its parts are in.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Ingredients, TargetIngredients } from '../../src/model/ingredients';
import type { RuntimeManifest } from '../../src/model/runtime';
import executable from '../../src/outputs/executable';
import { makeIngredients } from '../unit/outputs/fake-ingredients';
import { makeTinyWheel } from '../fixtures/wheels/make-tiny-wheel';
import { verifyMacho } from '../unit/formats/verify-macho';

const packs = fileURLToPath(new URL('../../public/runtimes/', import.meta.url));
const archs = [{ target: 'macos-arm64', pageSize: 16384 }, { target: 'macos-x86_64', pageSize: 4096 }];
const emptyRequirements = 12;

afterEach(() => vi.restoreAllMocks());

const readPack = (target: string, file: string): Buffer => readFileSync(`${packs}3.14.6-${target}/${file}`);

function hashPages(bytes: Buffer, pageSize: number): Buffer {
  const pages = Array.from({ length: Math.ceil(bytes.length / pageSize) }, (_, page) => bytes.subarray(page * pageSize, (page + 1) * pageSize));
  return Buffer.concat(pages.map((page) => createHash('sha256').update(page).digest()));
}

/** Ingredients with the real runtime, some of its groups. */
function withRuntime(target: string, pageSize: number, names: string[], known: boolean): Ingredients {
  const runtime = JSON.parse(readPack(target, 'manifest.json').toString()) as RuntimeManifest;
  const groups = runtime.groups.filter(({ name }) => names.includes(name));
  const ingredients = makeIngredients({ app: makeTinyWheel('fake', '1.0'), targets: [target] });
  const [made] = ingredients.targets as [TargetIngredients];
  const own: TargetIngredients = {
    ...made, runtime, groups,
    groupBlobs: groups.map(({ file }) => new Blob([new Uint8Array(readPack(target, file))])),
    groupPages: groups.map(({ pages }) => (known ? new Uint8Array(readPack(target, pages![pageSize]!.file)) : undefined)),
  };
  return { ...ingredients, targets: [own] };
}

/** The file, and how many bytes went through SHA-256 while it was joined. */
async function join(ingredients: Ingredients): Promise<{ bytes: Buffer; hashed: number }> {
  const planned = await executable.plan(ingredients);
  if (!planned.ok) throw new Error(planned.failure.message);
  const digest = vi.spyOn(crypto.subtle, 'digest');
  const joined = await executable.assemble(planned.value[0]!);
  if (!joined.ok) throw new Error(joined.failure.message);
  const hashed = digest.mock.calls.reduce((sum, [, data]) => sum + data.byteLength, 0);
  digest.mockRestore();
  return { bytes: Buffer.from(await joined.value.arrayBuffer()), hashed };
}

describe.each(archs)('the runtime of $target', ({ target, pageSize }) => {
  test('comes with the digests of its pages, of either size', () => {
    const { groups } = JSON.parse(readPack(target, 'manifest.json').toString()) as RuntimeManifest;
    for (const { file, pages } of groups) {
      for (const size of [4096, 16384]) expect(readPack(target, pages![size]!.file).equals(hashPages(readPack(target, file), size)), `${file} in pages of ${size}`).toBe(true);
    }
  });

  test.each([['core, tkinter, end'], ['core, end']])('of %s is joined without being hashed again', async (list) => {
    const names = list.split(', ');
    const { bytes, hashed } = await join(withRuntime(target, pageSize, names, true));
    const { offset } = verifyMacho(bytes);
    const runtime = names.reduce((sum, name) => sum + readPack(target, `${name}.tar.zst`).length, 0);
    expect(hashed).toBe(offset - runtime + emptyRequirements);
    expect(hashed / runtime).toBeLessThan(0.02);
    const plain = await join(withRuntime(target, pageSize, names, false));
    expect(plain.bytes.equals(bytes)).toBe(true);
    expect(plain.hashed).toBe(offset + emptyRequirements);
  });
});
