// What has to be on the machine before anything: Node, Go, and a Python with pip. A missing one is one sentence.
import { findProgram, findPython } from '../find-program.mjs';
import { makeStampedStep } from '../make-stamped-step.mjs';
import { runCommand } from '../run-command.mjs';
import { SetupStop } from '../setup-stop.mjs';

const leastNode = [20, 19];

export default makeStampedStep({
  id: 'prerequisites',
  name: 'Prerequisites: looking for Node, Go, and Python with pip',
  inputs: () => [process.version, findProgram('go') ?? 'no go', findPython() ?? 'no python'],
  outputs: [],
  async run() {
    checkNode();
    checkGo();
    await checkPip();
  },
});

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1]))
    throw new SetupStop(`Node ${leastNode.join('.')} or newer is needed and this is ${process.versions.node}: install a current one from nodejs.org or your package manager.`);
}

function checkGo() {
  if (!findProgram('go'))
    throw new SetupStop('Go is needed to download the CPython builds and `go` was not found: install it from go.dev or with your package manager (apt-get install golang-go).');
}

async function checkPip() {
  const python = findPython();
  if (!python) throw new SetupStop('Python with pip is needed to download the Python wheels and `python3` was not found: install it with your package manager (apt-get install python3-pip).');
  try {
    await runCommand('looking for pip', python, ['-m', 'pip', '--version']);
  } catch {
    throw new SetupStop(`pip is needed to download the Python wheels and ${python} has none: install it (apt-get install python3-pip, or ${python} -m ensurepip).`);
  }
}
