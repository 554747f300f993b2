// Assets of Node: files of the clone's public/ folder.
import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, success } from '../model/failure';
import type { Assets } from './assets';

export function makeDiskAssets(folder: string): Assets {
  return {
    async read(path) {
      const file = join(folder, ...path.split('/'));
      try {
        if (!(await stat(file)).isFile()) throw new Error('it is not a file');
        return success(await openAsBlob(file));
      } catch (error) {
        return fail('supply/storage', `Reading ${path}, it could not be opened (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`, 'The set-up makes it: `npm run setup`.');
      }
    },
  };
}
