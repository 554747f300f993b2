// pytest and what Terrarium's package imports, unpacked to .build/pytest for our own CPython (by PYTHONPATH).
import { findPython } from '../find-program.mjs';
import { makeStampedStep } from '../make-stamped-step.mjs';
import { at } from '../paths.mjs';
import { runCommand } from '../run-command.mjs';
import { writeFolderWhole } from '../write-whole.mjs';

const lists = [at('tools/setup/pytest.txt'), at('tools/setup/python-wheels.txt')];
const folder = at('.build/pytest');

export default makeStampedStep({
  id: 'pytest',
  name: 'pytest: pip install to .build/pytest',
  inputs: () => lists.map((path) => ({ path })),
  outputs: [folder],
  run: () => writeFolderWhole(folder, async (beside) => {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '--only-binary=:all:', '--no-deps', '--require-hashes'];
    await runCommand('installing pytest', findPython(), [...pip, '--target', beside, ...lists.flatMap((list) => ['-r', list])]);
  }),
});
