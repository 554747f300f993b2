// A file that appears whole or not at all: written beside its place, then renamed.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export function writeWhole(file, content) {
  mkdirSync(path.dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}.part`;
  writeFileSync(beside, content);
  renameSync(beside, file);
}

/** The same for a folder: `fill` gets an empty folder beside it, which then replaces what was there. */
export async function writeFolderWhole(folder, fill) {
  const beside = path.join(path.dirname(folder), `.${path.basename(folder)}.${process.pid}.part`);
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true });
  try {
    await fill(beside);
    rmSync(folder, { recursive: true, force: true });
    renameSync(beside, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}
