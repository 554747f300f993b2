// A path given with an option → the file, backed by the disk.
import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
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

/** Of a folder, the wheels that lie in it. */
export async function readGivenWheels(files: string[], folders: string[]): Promise<Outcome<GivenFile[]>> {
  const paths = files.map((path) => ({ option: '--wheel', path }));
  for (const folder of folders) {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => error);
    if (names instanceof Error) return fail('project/unreadable', `--find-links takes a folder; ${folder} cannot be read: ${names.message}.`);
    paths.push(...names.filter((name) => name.endsWith('.whl')).sort().map((name) => ({ option: '--find-links', path: join(folder, name) })));
  }
  const wheels: GivenFile[] = [];
  for (const { option, path } of paths) {
    if (!path.endsWith('.whl')) return fail('project/unreadable', `${option} takes a wheel (.whl); ${path} is none.`);
    const file = await readGivenFile(option, path);
    if (!file.ok) return file;
    wheels.push(file.value);
  }
  return success(wheels);
}
