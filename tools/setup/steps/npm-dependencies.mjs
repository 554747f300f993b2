// package-lock.json becomes node_modules, by `npm ci`.
import { existsSync, readFileSync } from 'node:fs';
import { at } from '../paths.mjs';
import { runCommand } from '../run-command.mjs';

const readPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages ?? {};

/** npm keeps a lock of what it installed; what the project's lock demands has to be in it (optional ones may be for other systems). */
function isInstalled() {
  const installed = at('node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const found = readPackages(installed);
  const wanted = Object.entries(readPackages(at('package-lock.json'))).filter(([place]) => place !== '');
  return wanted.every(([place, entry]) => (found[place] ? found[place].version === entry.version : entry.optional === true || entry.peer === true));
}

export default {
  name: 'npm dependencies: npm ci',
  isCurrent: isInstalled,
  run: () => runCommand('installing the npm dependencies', process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund'], { shell: process.platform === 'win32' }),
};
