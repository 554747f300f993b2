// A folder on disk → its files as the engine takes them.
import { openAsBlob, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths are relative to `root`; `folder` is one below it, or ''. */
export async function readFolder(root, folder) {
  const files = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) files.push(...(await readFolder(root, path)));
    else files.push({ path, blob: await openAsBlob(join(root, path)) });
  }
  return files;
}
