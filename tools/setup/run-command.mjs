// A command line becomes its standard output; a command that fails becomes a SetupStop that says which and why.
import { spawn } from 'node:child_process';
import { root } from './paths.mjs';
import { SetupStop } from './setup-stop.mjs';

const shownLines = 12;

/** `doing`: what the command is run for, as in "downloading the Python wheels". Resolves to stdout. */
export function runCommand(doing, command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }, ...options, stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    const out = [];
    const all = [];
    child.stdout.on('data', (chunk) => { out.push(chunk); all.push(chunk); });
    child.stderr.on('data', (chunk) => all.push(chunk));
    child.on('error', (error) => reject(new SetupStop(`${doing}: ${command} could not be started (${error.code})`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(out).toString('utf8'));
      else reject(new SetupStop(printFailure(doing, command, code ?? signal, Buffer.concat(all).toString('utf8'))));
    });
    if (options.input !== undefined) child.stdin.end(options.input);
  });
}

/** The output's end, less the frames of stacks: they would push the message itself out. */
function printFailure(doing, command, code, output) {
  const lines = output.trimEnd().split('\n').filter((line) => !/^\s+at .*[:)]/.test(line));
  const tail = lines.slice(-shownLines).join('\n  ');
  return `${doing}: ${command} ended with ${code}${tail ? `, saying\n  ${tail}` : ''}`;
}
