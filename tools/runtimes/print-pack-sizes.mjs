// The packs' sizes as a table, with tkinter's group and without.
import { readFileSync } from 'node:fs';
import { packFolderOf } from './build-places.mjs';

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`.padStart(9);
const sum = (groups) => groups.reduce((total, group) => total + group.size, 0);

export function printPackSizes(builds) {
  const rows = builds.map((build) => {
    const { groups, minimum } = JSON.parse(readFileSync(`${packFolderOf(build)}/manifest.json`, 'utf8'));
    const demand = Object.entries(minimum).map(([system, version]) => `${system} ${version}`).join(', ');
    return `${`${build.python} ${build.target}`.padEnd(22)}${megabytes(sum(groups))}${megabytes(sum(groups.filter((group) => group.required)))}  ${demand}`;
  });
  return [`${'runtime'.padEnd(22)}${'whole'.padStart(9)}${'no tkinter'.padStart(11)}  needs`, ...rows];
}
