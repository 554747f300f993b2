// pytest, LIEF and what Terrarium's package imports, unpacked to .build/pytest for our own CPython (by PYTHONPATH), whatever Python pip runs on.
import { findPackerBuild } from '../../runtimes/pack-build.mjs';
import { readCatalogue } from '../../runtimes/read-catalogue.mjs';
import { findPython } from '../find-program.mjs';
import { makeStampedStep } from '../make-stamped-step.mjs';
import { at } from '../paths.mjs';
import { runCommand } from '../run-command.mjs';
import { writeFolderWhole } from '../write-whole.mjs';

const lists = [at('tools/setup/pytest.txt'), at('tools/setup/python-wheels.txt')];
const folder = at('.build/pytest');
const findVersion = () => findPackerBuild(readCatalogue()).python;

export default makeStampedStep({
  id: 'pytest',
  name: 'pytest: pip install to .build/pytest',
  inputs: () => [findVersion(), ...lists.map((path) => ({ path }))],
  outputs: [folder],
  run: () => writeFolderWhole(folder, async (beside) => {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '--only-binary=:all:', '--no-deps', '--require-hashes'];
    const forOurs = ['--implementation', 'cp', '--python-version', findVersion(), '--ignore-requires-python'];
    await runCommand('installing pytest', findPython(), [...pip, ...forOurs, '--target', beside, ...lists.flatMap((list) => ['-r', list])]);
  }),
});
