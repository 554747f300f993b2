// launchers/ as committed → the launcher of a target, checked against the list beside it.
import { sha256 } from '../formats/bytes/sha256';
import { fail, success, type Outcome } from '../model/failure';
import type { Launchers } from '../protocol/supply';
import { readJson, type Assets } from './assets';
import { hasShape, isCount, isDigest, isFileName, isMapOf, type Guard } from './check-shape';

interface LauncherList {
  format: 1;
  /** By target id. `locatorOffset`: see launcher/FORMAT.md. */
  launchers: Record<string, { file: string; size: number; sha256: string; locatorOffset: number }>;
}

const isLauncherList = hasShape({
  format: (value) => value === 1,
  launchers: isMapOf(hasShape({ file: isFileName, size: isCount, sha256: isDigest, locatorOffset: isCount })),
}) as Guard<LauncherList>;

export function makeLaunchers(assets: Assets): Launchers {
  const kept = new Map<string, Uint8Array>();
  return {
    async launcher(target) {
      const known = kept.get(target);
      if (known) return success(known);
      const read = await readLauncher(assets, target);
      if (read.ok) kept.set(target, read.value);
      return read;
    },
  };
}

async function readLauncher(assets: Assets, target: string): Promise<Outcome<Uint8Array>> {
  const list = await readJson(assets, 'launchers/launchers.json', isLauncherList);
  if (!list.ok) return list;
  const entry = Object.hasOwn(list.value.value.launchers, target) ? list.value.value.launchers[target] : undefined;
  if (!entry) return fail('supply/no-runtime', `Looking for the launcher of ${target}, launchers/launchers.json does not name one.`);
  const path = `launchers/${entry.file}`;
  const blob = await assets.read(path, { most: entry.size });
  if (!blob.ok) return blob;
  const bytes = new Uint8Array(await blob.value.arrayBuffer());
  const found = await sha256(bytes);
  if (found === entry.sha256 && bytes.length === entry.size) return success(bytes);
  return fail('supply/wrong-hash', `Checking ${path}, ${bytes.length} bytes with the SHA-256 ${found} were found; ${entry.size} with ${entry.sha256} were expected.`);
}
