// Where a build of the catalogue is unpacked and packed to, and what its interpreter is called.
import { at } from '../setup/paths.mjs';

const nameOf = ({ python, target }) => `${python}-${target}`;
export const buildFolderOf = (build) => at('.build/cpython', nameOf(build));
export const packFolderOf = (build) => at('public/runtimes', nameOf(build));

export const seriesOf = (python) => python.split('.').slice(0, 2).join('.');

/** Absolute path of an unpacked build's interpreter. */
export function interpreterOf(build) {
  return `${buildFolderOf(build)}/${build.target.startsWith('windows-') ? 'python.exe' : `bin/python${seriesOf(build.python)}`}`;
}

/** What is not packed is unpacked all the same where it runs here, to compile the others of its series. */
export const isNeeded = (build, hostTarget) => build.pack || build.target === hostTarget;
