// What somebody gives as an icon → its images: an icon file, or a PNG image, which is one already.
import type { IconImage } from '../../model/icon';
import { FormatError } from '../format-error';
import { isIco, mostPixels, readIco } from './read-ico';
import { isPng, readPng } from './read-png';

/** Bytes of a whole icon file; those with the largest bitmaps in every size have a tenth of it. */
export const iconMost = 4 * 2 ** 20;
const leastPixels = 16;

export function readIcon(bytes: Uint8Array): IconImage[] {
  if (bytes.length > iconMost) throw new FormatError(`Reading the icon, ${bytes.length} bytes were found; ${iconMost} are the limit.`, { reason: 'limit' });
  if (isIco(bytes)) return readIco(bytes);
  if (!isPng(bytes)) throw new FormatError('Reading the icon, neither an icon file nor a PNG image was found.', { reason: 'unsupported' });
  const image = readPng(bytes, mostPixels);
  if (image.width !== image.height || image.width < leastPixels) throw new FormatError(`Reading the icon, an image of ${image.width} × ${image.height} pixels was found.`, { reason: 'unsupported' });
  return [{ ...image, bytes }];
}
