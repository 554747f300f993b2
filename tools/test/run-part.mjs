// One part of `npm test` is run, its output passed through, and becomes `{name, ok, seconds, passed, failed, skipped}`.
import { spawn } from 'node:child_process';
import { root } from '../setup/paths.mjs';

export async function runPart(part) {
  const started = performance.now();
  const ok = part.work ? await part.work().then(() => true) : (await runLimited(part)) === 0;
  const seconds = (performance.now() - started) / 1000;
  return { name: part.name, ok, seconds, ...part.count?.() };
}

/** Exit code; a part that takes too long is ended with all its children and says so. */
function runLimited({ name, command, env, limit }) {
  const [program, ...args] = typeof command === 'function' ? command() : command;
  const windows = process.platform === 'win32';
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env }, detached: !windows, shell: windows });
  const end = (signal) => (windows ? child.kill(signal) : process.kill(-child.pid, signal));
  const interrupt = () => end('SIGTERM');
  process.once('SIGINT', interrupt);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { console.error(`${name} was ended after ${limit} minutes.`); end('SIGKILL'); }, limit * 60_000);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt);
      resolve(code ?? 1);
    });
  });
}
