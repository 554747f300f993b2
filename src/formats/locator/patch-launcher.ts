// A launcher with its locator slot filled in. A copy: launchers are kept and used for many files.
import { FormatError } from '../format-error';
import { findLocator, locatorLength } from './locator';

export function patchLauncher(launcher: Uint8Array, locator: Uint8Array): Uint8Array<ArrayBuffer> {
  const patched = new Uint8Array(launcher);
  patched.set(locator, assertOneLocator(launcher));
  return patched;
}

/** Exactly one, so that what is patched is what the launcher reads. */
export function assertOneLocator(launcher: Uint8Array): number {
  const at = findLocator(launcher);
  if (at === undefined) throw new FormatError('Looking for the locator in the launcher, no magic was found.');
  if (findLocator(launcher, at + 1) !== undefined) throw new FormatError('Looking for the locator in the launcher, its magic was found more than once.', { offset: at });
  if (at % 64 !== 0 || at + locatorLength > launcher.length) {
    throw new FormatError('Looking for the locator in the launcher, its magic was found where no locator can be.', { offset: at });
  }
  return at;
}
