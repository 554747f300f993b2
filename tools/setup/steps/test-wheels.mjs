// tests/world/wheels.txt (a file name and its SHA-256 a line) becomes .build/index-files, what the tests' own index serves.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fetchIndexFiles, parseFileList } from '../fetch-index-files.mjs';
import { makeStampedStep } from '../make-stamped-step.mjs';
import { at } from '../paths.mjs';
import { fetchPipIndex } from '../pip-index.mjs';

const list = at('tests/world/wheels.txt');
const folder = at('.build/index-files');
const readList = () => parseFileList(readFileSync(list, 'utf8'));

const step = makeStampedStep({
  id: 'test-wheels',
  name: 'Test wheels: fetching the listed files to .build/index-files',
  inputs: () => [{ path: list }, { path: at('tools/setup/fetch-index-files.mjs') }],
  outputs: [folder],
  run: async (say) => fetchIndexFiles({ index: await fetchPipIndex(), files: readList(), folder, say }),
});

function areThere() {
  const present = new Set(existsSync(folder) ? readdirSync(folder) : []);
  return readList().every((file) => present.has(file.filename));
}

export default { ...step, isCurrent: () => !existsSync(list) || (step.isCurrent() && areThere()) };
