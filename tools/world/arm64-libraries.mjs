// Libraries that manylinux wheels may expect of every Linux (PEP 600's list) and Debian's cross packages lack: libz for arm64, from Debian itself.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../setup/paths.mjs';

const folder = at('.build/world/arm64');
/** Debian 12 has it in the first, later ones in the second. */
const places = ['lib', 'usr/lib'].map((place) => join(folder, place, 'aarch64-linux-gnu'));
const findPlace = () => places.find((place) => existsSync(join(place, 'libz.so.1')));

export const findArm64Libraries = () => findPlace() ?? fetchLibraries();

function fetchLibraries() {
  const work = `${folder}.partial`;
  rmSync(work, { recursive: true, force: true });
  for (const name of ['lists/partial', 'cache/archives/partial', 'tree']) mkdirSync(join(work, name), { recursive: true });
  const options = ['APT::Architecture=arm64', 'APT::Architectures=arm64', `Dir::State=${work}`, `Dir::State::status=/dev/null`, `Dir::Cache=${join(work, 'cache')}`].flatMap((option) => ['-o', option]);
  const run = (...words) => execFileSync('apt-get', [...options, ...words], { cwd: work, stdio: 'ignore' });
  run('update');
  run('download', 'zlib1g');
  execFileSync('dpkg-deb', ['-x', readdirSync(work).find((name) => name.endsWith('.deb')), 'tree'], { cwd: work });
  rmSync(folder, { recursive: true, force: true });
  renameSync(join(work, 'tree'), folder);
  rmSync(work, { recursive: true, force: true });
  const place = findPlace();
  if (place === undefined) throw new Error(`zlib1g for arm64 has no libz.so.1 in ${places.join(' or ')}`);
  return place;
}
