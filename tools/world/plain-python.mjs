// The oracle for what runs where: the same CPython build without our launcher and layout, with the same versions installed by pip.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { at } from '../setup/paths.mjs';

const platforms = {
  'linux-x86_64': ['manylinux_2_28_x86_64', 'manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64', 'manylinux1_x86_64'],
  'linux-arm64': ['manylinux_2_28_aarch64', 'manylinux_2_27_aarch64', 'manylinux_2_17_aarch64', 'manylinux2014_aarch64'],
  'windows-x86_64': ['win_amd64'],
};
const builds = {
  'linux-x86_64': '.build/cpython/3.14.6-linux-x86_64/bin/python3.14',
  'linux-arm64': '.build/cpython/3.14.6-linux-arm64/bin/python3.14',
  'windows-x86_64': '.build/cpython/3.14.6-windows-x86_64/python.exe',
};

/** Folder with the distributions of a resolution. */
export function installPlain(resolution, target, work) {
  const site = join(work, 'site');
  const pins = resolution.distributions.filter(({ wheels }) => wheels[target]).map(({ name, version }) => `${name}==${version}`);
  const words = ['--target', site, '--no-deps', '--only-binary=:all:', '--python-version', '3.14', '--implementation', 'cp', ...platforms[target].flatMap((platform) => ['--platform', platform])];
  execFileSync('python3', ['-m', 'pip', 'install', '--quiet', '--no-compile', ...words, ...pins], { stdio: ['ignore', 'ignore', 'pipe'] });
  return site;
}

export const runPlain = (target, script, site, env, { runOn, cache }) =>
  runOn(target, at(builds[target]), ['-B', script], cache, { env: { ...env, PYTHONPATH: site }, limit: 240_000 });
