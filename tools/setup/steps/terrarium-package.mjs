// The Python package workers/python/terrarium becomes public/python/terrarium.zip, which Pyodide unpacks. Same sources, same bytes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { listFiles } from '../hash-inputs.mjs';
import { makeStampedStep } from '../make-stamped-step.mjs';
import { at } from '../paths.mjs';
import { writeStoredZip } from '../write-stored-zip.mjs';
import { writeWhole } from '../write-whole.mjs';

const source = at('workers/python/terrarium');
const zip = at('public/python/terrarium.zip');

function readMembers() {
  const name = (file) => path.relative(path.dirname(source), file).split(path.sep).join('/');
  return listFiles(source).filter((file) => !file.endsWith('.pyc')).map((file) => ({ name: name(file), content: readFileSync(file) }));
}

export default makeStampedStep({
  id: 'terrarium-package',
  name: 'Terrarium’s Python package: zipping it to public/python',
  inputs: () => [{ path: source }, { path: at('tools/setup/write-stored-zip.mjs') }],
  outputs: [zip],
  run: async () => writeWhole(zip, writeStoredZip(readMembers())),
});
