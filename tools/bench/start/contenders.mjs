// An app → the ways of handing it out that are compared, each made and ready to be timed. One function a way.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runCommand } from '../../setup/run-command.mjs';
import { makeVenv } from '../make-venv.mjs';
import { toolsFolder } from './tools-step.mjs';

export const ours = 'terrarium';
export const plainVenv = 'plain venv';

/**
 * An app: `{name, version, module, wheels, packed, start, words, says}`: `packed` is our executable, `start` what a venv's Python gets to start it, `words`
 * the arguments that it is timed with. `bench`: `{python, env}`. A contender: `{name, command, env, caches, handedOut, installed, bringsPython}`;
 * `caches` are folders that a first start fills, `installed` what lies on the disk though nobody handed it out as a file.
 */
export async function makeContenders(app, bench, folder) {
  const makers = { ours: makeOurs, 'one-file': makeWithPyInstaller('onefile'), 'one-folder': makeWithPyInstaller('onedir'), pex: makePex, shiv: makeShiv, venv: makePlainVenv };
  const made = [];
  for (const [place, make] of Object.entries(makers)) {
    const own = join(folder, place);
    mkdirSync(join(own, 'cache'), { recursive: true });
    const contender = { caches: [], installed: [], handedOut: [], bringsPython: false, ...(await make(app, bench, own)) };
    made.push({ ...contender, env: { ...bench.env, ...contender.env } });
  }
  return made;
}

function makeOurs(app, bench, folder) {
  const cache = join(folder, 'cache');
  return { name: ours, command: [app.packed], handedOut: [app.packed], caches: [cache], env: { XDG_CACHE_HOME: cache }, bringsPython: true };
}

const makeWithPyInstaller = (kind) => async (app, bench, folder) => {
  // In this venv the tools come last on the path, so that the app is packed with its own dependencies and not with theirs.
  const venv = await makeVenv(bench.python, join(folder, 'venv'), app.wheels);
  writeFileSync(join(venv, 'lib/python3.14/site-packages/tools.pth'), `${toolsFolder}\n`);
  writeFileSync(join(folder, 'start.py'), `from ${app.module} import main\n\nif __name__ == '__main__':\n    main()\n`);
  const places = ['--distpath', 'dist', '--workpath', 'work', '--specpath', '.'];
  const data = app.hasData ? ['--copy-metadata', app.name, '--collect-data', app.name] : [];
  const words = ['-m', 'PyInstaller', '--log-level', 'ERROR', `--${kind}`, '--name', app.name, ...data, ...places, 'start.py'];
  await runCommand(`packing ${app.name} with PyInstaller`, join(venv, 'bin/python'), words, { cwd: folder, env: bench.env });
  const made = join(folder, 'dist', app.name);
  const folderOfFiles = kind === 'onedir';
  return { name: `PyInstaller ${folderOfFiles ? 'one-folder' : 'one-file'}`, command: [folderOfFiles ? join(made, app.name) : made], handedOut: [made], bringsPython: true };
};

async function makePex(app, bench, folder) {
  const made = join(folder, `${app.name}.pex`);
  const cache = join(folder, 'cache');
  const wheels = linkWheels(app.wheels, join(folder, 'wheels'));
  const words = ['-m', 'pex', `${app.name}==${app.version}`, '--pre-resolved-dists', wheels, '--venv', 'prepend', '--sh-boot', '-c', app.name, '-o', made];
  // Built with a root of its own, so that a first start finds nothing that the build left.
  const env = { ...bench.env, PYTHONPATH: toolsFolder, PEX_ROOT: join(folder, 'build-root') };
  await runCommand(`packing ${app.name} with pex`, bench.python, words, { cwd: folder, env });
  return { name: 'pex --venv --sh-boot', command: [made], handedOut: [made], caches: [cache], env: { PEX_ROOT: cache } };
}

async function makeShiv(app, bench, folder) {
  const made = join(folder, `${app.name}.pyz`);
  const cache = join(folder, 'cache');
  const venv = await makeVenv(bench.python, join(folder, 'venv'), app.wheels);
  const words = ['-m', 'shiv', '--site-packages', join(venv, 'lib/python3.14/site-packages'), '--compile-pyc', '-p', bench.python, '-e', `${app.module}:main`, '-o', made];
  await runCommand(`packing ${app.name} with shiv`, bench.python, words, { cwd: folder, env: { ...bench.env, PYTHONPATH: toolsFolder } });
  return { name: 'shiv --compile-pyc', command: [made], handedOut: [made], caches: [cache], env: { SHIV_ROOT: cache } };
}

async function makePlainVenv(app, bench, folder) {
  const venv = await makeVenv(bench.python, join(folder, 'venv'), app.wheels);
  return { name: plainVenv, command: [join(venv, 'bin/python'), ...app.start(venv)], installed: [venv, bench.home] };
}

function linkWheels(wheels, folder) {
  mkdirSync(folder);
  for (const wheel of wheels) symlinkSync(wheel, join(folder, basename(wheel)));
  return folder;
}
