// An unpacked build becomes its runtime pack, by pack.py on our own CPython for this machine.
import { existsSync } from 'node:fs';
import { at } from '../setup/paths.mjs';
import { runCommand } from '../setup/run-command.mjs';
import { SetupStop } from '../setup/setup-stop.mjs';
import { buildFolderOf, interpreterOf, packFolderOf, seriesOf } from './build-places.mjs';
import { printSource } from './fetch-build.mjs';
import { findHostTarget } from './host-target.mjs';

const scripts = [
  ...['pack.py', 'sift.py', 'layer.py', 'binaries.py', 'strip_elf.py', 'compile_library.py', 'terrarium_path.py'].map((name) => `tools/runtimes/${name}`),
  ...['pyc.py', 'canonical_code.py', 'tar_member.py'].map((name) => `workers/python/terrarium/layers/${name}`),
];

/** 19 unless somebody who works on the packs is in a hurry. */
const level = () => process.env.TERRARIUM_PACK_LEVEL ?? '19';

/** Everything that a pack's bytes depend on. */
export function listPackInputs(catalogue, build) {
  const host = findHostBuild(catalogue, build.python);
  return [JSON.stringify([build, catalogue.sources[build.source], host, level()]), ...scripts.map((script) => ({ path: at(script) }))];
}

export async function packBuild(catalogue, build) {
  const packer = interpreterOf(findPackerBuild(catalogue));
  const host = findHostBuild(catalogue, build.python);
  const licence = `${buildFolderOf(host)}/lib/python${seriesOf(host.python)}/LICENSE.txt`;
  await runCommand(`packing CPython ${build.python} for ${build.target}`, packer, [
    '-B', at('tools/runtimes/pack.py'), '--build', buildFolderOf(build), '--out', packFolderOf(build), '--python', build.python, '--target', build.target,
    '--source', printSource(build, catalogue.sources[build.source]), '--compiler', interpreterOf(host), '--level', level(), ...(existsSync(licence) ? ['--licence', licence] : []),
  ]);
}

/** The build for this machine whose byte code is that of a given version: the same version, or another of its series. */
export function findHostBuild(catalogue, python, hostTarget = findHostTarget()) {
  const here = catalogue.builds.filter((build) => build.target === hostTarget);
  const found = here.find((build) => build.python === python) ?? here.find((build) => seriesOf(build.python) === seriesOf(python));
  if (!found) throw new SetupStop(`packing CPython ${python}: its byte code is compiled by the build for ${hostTarget}, and the catalogue has none of ${seriesOf(python)}.`);
  return found;
}

/** The newest build for this machine. */
export function findPackerBuild(catalogue, hostTarget = findHostTarget()) {
  const minor = (build) => Number(build.python.split('.')[1]);
  const found = catalogue.builds.filter((build) => build.target === hostTarget && minor(build) >= 14).sort((a, b) => minor(b) - minor(a))[0];
  if (!found) throw new SetupStop(`packing runtimes: the catalogue has no Python 3.14 or newer for ${hostTarget}, this machine.`);
  return found;
}
