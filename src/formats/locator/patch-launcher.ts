// A launcher with its locator slot filled in. A copy: launchers are kept and used for many files.
import { findLocator } from './find-locator';

export function patchLauncher(launcher: Uint8Array, locator: Uint8Array): Uint8Array<ArrayBuffer> {
  const patched = new Uint8Array(launcher);
  patched.set(locator, findLocator(launcher));
  return patched;
}
