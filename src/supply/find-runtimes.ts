// Chosen targets → their runtimes' manifests, or the Failure of the first that has none.
import { success, type Outcome } from '../model/failure';
import type { RuntimeManifest } from '../model/runtime';
import type { Target } from '../model/target';
import type { Runtimes } from '../protocol/supply';

/** By target id. `python`: series. */
export async function findRuntimes(targets: Target[], python: string, runtimes: Runtimes): Promise<Outcome<Map<string, RuntimeManifest>>> {
  const found = new Map<string, RuntimeManifest>();
  for (const target of targets) {
    const manifest = await runtimes.manifest(python, target.id);
    if (!manifest.ok) return manifest;
    found.set(target.id, manifest.value);
  }
  return success(found);
}
