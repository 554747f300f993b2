// tests/world/sources.txt → .build/world/sources: files of the machine's own index, checked by hash.
import { readFileSync } from 'node:fs';
import { fetchIndexFiles, parseFileList } from '../setup/fetch-index-files.mjs';
import { at } from '../setup/paths.mjs';
import { fetchPipIndex } from '../setup/pip-index.mjs';

export const sourceFolder = at('.build/world/sources');

export async function fetchSources() {
  const files = parseFileList(readFileSync(at('tests/world/sources.txt'), 'utf8'));
  await fetchIndexFiles({ index: await fetchPipIndex(), files, folder: sourceFolder, say: () => undefined });
  return files.map(({ filename }) => filename);
}
