// Artifacts → files of a folder: each appears whole or not at all, executable where that has a meaning.
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';

export async function writeFileWhole(folder: string, name: string, blob: Blob | string, mode: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const beside = join(folder, `.${name}.${process.pid}.part`);
  try {
    if (typeof blob === 'string') await writeFile(beside, blob);
    else await pipeline(Readable.fromWeb(blob.stream() as NodeReadableStream), createWriteStream(beside));
    await chmod(beside, mode);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  return path;
}
