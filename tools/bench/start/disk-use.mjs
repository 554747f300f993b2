// Paths → how many files lie there and how many bytes they hold; links count as files without bytes, a hard-linked file once.
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export function diskUse(paths, seen = new Set()) {
  const total = { files: 0, bytes: 0 };
  for (const path of paths) {
    const status = lstatSync(path);
    const found = status.isDirectory() ? diskUse(readdirSync(path).map((name) => join(path, name)), seen) : fileUse(status, seen);
    total.files += found.files;
    total.bytes += found.bytes;
  }
  return total;
}

function fileUse(status, seen) {
  if (seen.has(status.ino)) return { files: 0, bytes: 0 };
  seen.add(status.ino);
  return { files: 1, bytes: status.isFile() ? status.size : 0 };
}
