// requirements.txt (pinned, hashed) becomes .build/bench-tools, by the machine's pip.
import { findPython } from '../../setup/find-program.mjs';
import { makeStampedStep } from '../../setup/make-stamped-step.mjs';
import { at } from '../../setup/paths.mjs';
import { runCommand } from '../../setup/run-command.mjs';
import { writeFolderWhole } from '../../setup/write-whole.mjs';

const list = at('tools/bench/start/requirements.txt');
export const toolsFolder = at('.build/bench-tools');

export default makeStampedStep({
  id: 'bench-tools',
  name: 'The other packers: pip install to .build/bench-tools',
  inputs: () => [{ path: list }],
  outputs: [toolsFolder],
  run: () => writeFolderWhole(toolsFolder, async (beside) => {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '--only-binary=:all:', '--no-deps', '--require-hashes'];
    await runCommand('installing the other packers', findPython(), [...pip, '--target', beside, '-r', list]);
  }),
});
