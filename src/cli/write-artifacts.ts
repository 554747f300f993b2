// Artifacts → files of a folder: all of them whole, or none. Executable where that has a meaning.
import { createWriteStream } from 'node:fs';
import { access, chmod, constants, mkdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { fail, success, type Failure, type Outcome } from '../model/failure';

export interface FileToWrite {
  name: string;
  blob: Blob;
  mode: number;
}

/** Undefined: as far as one can know beforehand, files can be written there. A build is too long to learn of it at its end. */
export async function checkFolder(folder: string): Promise<Failure | undefined> {
  let place = resolve(folder);
  try {
    while (!(await exists(place))) place = dirname(place);
    if (!(await stat(place)).isDirectory()) return explain(folder, { code: 'ENOTDIR', message: place }).failure;
    await access(place, constants.W_OK);
    return undefined;
  } catch (error) {
    return explain(folder, error as NodeJS.ErrnoException).failure;
  }
}

const exists = (path: string) => stat(path).then(() => true, (error: NodeJS.ErrnoException) => {
  if ((error.code === 'ENOENT' || error.code === 'ENOTDIR') && path !== dirname(path)) return false;
  throw error;
});

/** Gives the paths. Each file is written beside its place first; none takes it before all are there. */
export async function writeFilesWhole(folder: string, files: FileToWrite[], signal?: AbortSignal): Promise<Outcome<string[]>> {
  const parts: { part: string; path: string }[] = [];
  let created: string | undefined;
  try {
    created = await mkdir(folder, { recursive: true });
    for (const { name, blob, mode } of files) {
      const path = join(folder, name);
      const part = join(folder, `.${name}.${process.pid}.part`);
      parts.push({ part, path });
      await assertNoFolder(path);
      await pipeline(Readable.fromWeb(blob.stream() as NodeReadableStream), createWriteStream(part), { ...(signal && { signal }) });
      await chmod(part, mode);
    }
    signal?.throwIfAborted();
    for (const { part, path } of parts) await rename(part, path);
    return success(parts.map(({ path }) => path));
  } catch (error) {
    for (const { part } of parts) await rm(part, { force: true }).catch(() => undefined);
    if (created !== undefined) await removeCreated(resolve(folder), resolve(created));
    if (signal?.aborted) return fail('cancelled', 'The build was cancelled while files were written.');
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return explain(folder, error as NodeJS.ErrnoException);
  }
}

async function assertNoFolder(path: string): Promise<void> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory()) throw Object.assign(new Error(path), { code: 'EISDIR' });
}

/** Folders that were made for the files go with them, unless somebody else has put something there. */
async function removeCreated(folder: string, first: string): Promise<void> {
  for (let place = folder; place.length >= first.length; place = dirname(place)) {
    if (!(await rmdir(place).then(() => true, () => false))) return;
  }
}

const reasons: Record<string, string> = {
  ENOTDIR: 'a file stands where a folder is needed', EEXIST: 'a file stands where a folder is needed', EISDIR: 'a folder stands where a file is to go',
  EACCES: 'it may not be written to', EPERM: 'it may not be written to', EROFS: 'it may not be written to',
  ENOSPC: 'the disk is full', EDQUOT: 'the disk is full', ENAMETOOLONG: 'its name is too long',
};

function explain(folder: string, { code, message }: { code?: string | undefined; message: string }): ReturnType<typeof fail> {
  const reason = reasons[code ?? ''];
  const next = code === 'ENOSPC' || code === 'EDQUOT' ? 'Make room, or name another folder with --out.' : 'Name another folder with --out.';
  return fail('supply/storage', `Cannot write to ${folder}: ${reason ?? message}.`, ...(code === 'EISDIR' || code === 'ENOTDIR' ? [message] : []), next);
}
