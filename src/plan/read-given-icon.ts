// The file that was given as an icon → its images, or why it cannot be one.
import { FormatError } from '../formats/format-error';
import { iconMost, readIcon } from '../formats/icon/read-icon';
import type { GivenFile } from '../model/build-options';
import { fail, success, type Outcome } from '../model/failure';
import type { Icon } from '../model/icon';

const expected = 'Give an icon file (.ico) with images of up to 256 × 256 pixels, or a square PNG image of 16 to 256 pixels a side.';

export async function readGivenIcon(file: GivenFile | undefined): Promise<Outcome<Icon | undefined>> {
  if (!file) return success(undefined);
  // One byte more than the most is enough to be told so.
  const buffer = await file.blob.slice(0, iconMost + 1).arrayBuffer().catch((error: Error) => error);
  if (buffer instanceof Error) return fail('project/unreadable', `The icon ${file.name} cannot be read: ${buffer.message}`, 'It may have changed since it was chosen: choose it again.');
  try {
    return success({ name: file.name, images: readIcon(new Uint8Array(buffer)) });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return fail('plan/unsupported', `${file.name} cannot be the icon. ${error.message}`, expected);
  }
}
