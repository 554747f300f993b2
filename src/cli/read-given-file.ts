// A path given with an option → the file, backed by the disk.
import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { GivenFile } from '../model/build-options';
import { fail, success, type Outcome } from '../model/failure';

export async function readGivenFile(option: string, path: string): Promise<Outcome<GivenFile>> {
  try {
    if (!(await stat(path)).isFile()) return fail('project/unreadable', `${option} takes a file; ${path} is none.`);
    return success({ name: basename(path), blob: await openAsBlob(path) });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fail('project/unreadable', code === 'ENOENT' || code === 'ENOTDIR' ? `${option} takes a file; there is no ${path}.` : `${option} takes a file; ${path} cannot be read: ${message}.`);
  }
}
