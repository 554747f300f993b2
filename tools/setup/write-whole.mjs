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
export function writeFolderWhole(folder, fill) {
  return useScratchFolder(path.join(path.dirname(folder), `.${path.basename(folder)}.part`), async (beside) => {
    await fill(beside);
    rmSync(folder, { recursive: true, force: true });
    renameSync(beside, folder);
  });
}

/** An empty folder while `work` runs; what an interrupted run left there goes first. */
export async function useScratchFolder(folder, work) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
