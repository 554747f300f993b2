// python-wheels.txt (pinned, hashed) becomes wheels in public/python/wheels.json and beside it, by pip.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { findPython } from '../find-program.mjs';
import { makeStampedStep } from '../make-stamped-step.mjs';
import { at } from '../paths.mjs';
import { runCommand } from '../run-command.mjs';
import { useScratchFolder, writeWhole } from '../write-whole.mjs';

const list = at('tools/setup/python-wheels.txt');
const folder = at('public/python');

const isWheel = (name) => name.endsWith('.whl');
const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Other steps write into the same folder: only wheels are replaced. */
function replaceWheels(fetched) {
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder).filter(isWheel)) rmSync(`${folder}/${old}`);
  const names = readdirSync(fetched).filter(isWheel).sort();
  for (const name of names) renameSync(`${fetched}/${name}`, `${folder}/${name}`);
  const wheels = names.map((file) => ({ file, sha256: digest(`${folder}/${file}`) }));
  writeWhole(`${folder}/wheels.json`, `${JSON.stringify(wheels, null, 1)}\n`);
}

export default makeStampedStep({
  id: 'python-wheels',
  name: 'Python wheels: pip download to public/python',
  inputs: () => [{ path: list }],
  outputs: [`${folder}/wheels.json`],
  run: () => useScratchFolder(at('.build/wheels-fetched'), async (fetched) => {
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--only-binary=:all:', '--no-deps', '--require-hashes'];
    await runCommand('downloading the Python wheels', findPython(), [...pip, '-r', list, '-d', fetched]);
    replaceWheels(fetched);
  }),
});
