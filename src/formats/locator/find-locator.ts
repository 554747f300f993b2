// Where a launcher keeps its locator. The magic must be there exactly once, so that what is patched is what the launcher reads.
import { FormatError } from '../format-error';
import { locatorMagic, locatorSize } from './locator';

export function findLocator(launcher: Uint8Array): number {
  const at = findMagic(launcher, 0);
  if (at < 0) throw new FormatError('Looking for the locator in the launcher, no magic was found.');
  if (findMagic(launcher, at + 1) >= 0) throw new FormatError('Looking for the locator in the launcher, its magic was found more than once.', { offset: at });
  if (at % 64 !== 0 || at + locatorSize > launcher.length) throw new FormatError(`Looking for the locator in the launcher, its magic was found at byte ${at}, where none can be.`, { offset: at });
  return at;
}

function findMagic(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(locatorMagic[0]!, from); at >= 0; at = bytes.indexOf(locatorMagic[0]!, at + 1)) {
    if (locatorMagic.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
