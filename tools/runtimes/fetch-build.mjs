// One build of the catalogue becomes an unpacked folder: from a Go module, or from python-build-standalone's own archives.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fetchBytes } from '../setup/fetch-index-files.mjs';
import { findProgram, findPython } from '../setup/find-program.mjs';
import { at, buildFolder } from '../setup/paths.mjs';
import { runCommand } from '../setup/run-command.mjs';
import { SetupStop } from '../setup/setup-stop.mjs';
import { writeWhole } from '../setup/write-whole.mjs';

/** What python-build-standalone calls our targets. */
const triples = {
  'linux-x86_64': 'x86_64-unknown-linux-gnu',
  'linux-arm64': 'aarch64-unknown-linux-gnu',
  'macos-x86_64': 'x86_64-apple-darwin',
  'macos-arm64': 'aarch64-apple-darwin',
  'windows-x86_64': 'x86_64-pc-windows-msvc',
  'windows-arm64': 'aarch64-pc-windows-msvc',
};

/** `kept`: folder for downloaded archives. */
export async function fetchBuild(build, source, out, say, kept = path.join(buildFolder, 'downloads')) {
  const from = source.kind === 'go-module' ? await fetchGoModule(build, source, say) : await fetchArchive(build, source, say, kept);
  await runCommand(`unpacking CPython ${build.python} for ${build.target}`, findPython(), ['-B', at('tools/runtimes/unpack.py'), ...from, '--out', out]);
}

/** For the manifest: which bytes a pack was made from. */
export function printSource(build, source) {
  if (source.kind === 'go-module') return `${source.module} ${source.version} ${source.sum}`;
  return [archiveNameOf(build, source), build.sha256 && `sha256:${build.sha256}`].filter(Boolean).join(' ');
}

/** By module and version: go checks a module's files each time, which takes seconds. */
const goModules = new Map();

async function fetchGoModule(build, { module, version, sum }, say) {
  const key = `${module}@${version}`;
  if (!goModules.has(key)) goModules.set(key, downloadGoModule(key, sum, say));
  return ['--go-module', path.join(await goModules.get(key), 'python/internal/data', build.build)];
}

/** Folder of the module in Go's own cache. */
async function downloadGoModule(key, sum, say) {
  const doing = `downloading ${key}`;
  say(`go mod download ${key} (some 200 MB, the first time)`);
  const answer = JSON.parse(await runCommand(doing, findProgram('go'), ['mod', 'download', '-json', key], { cwd: at('tools/runtimes') }));
  if (answer.Sum !== sum) throw new SetupStop(`${doing}: its checksum is ${answer.Sum}, the catalogue has ${sum}.`);
  return answer.Dir;
}

export function archiveNameOf({ python, target, archive }, { release }) {
  return archive ?? `cpython-${python}+${release}-${triples[target]}-install_only_stripped.tar.gz`;
}

async function fetchArchive(build, source, say, kept) {
  const name = archiveNameOf(build, source);
  const archive = /^https?:/.test(source.location) ? await downloadArchive(source.location, name, say, kept) : path.resolve(at(), source.location, name);
  if (!existsSync(archive)) throw new SetupStop(`unpacking CPython ${build.python} for ${build.target}: ${source.location} has no ${name}.`);
  return ['--archive', archive, ...(build.sha256 ? ['--sha256', build.sha256] : [])];
}

async function downloadArchive(location, name, say, folder) {
  const kept = path.join(folder, name);
  if (existsSync(kept)) return kept;
  say(`downloading ${name}`);
  const url = new URL(encodeURIComponent(name), location.endsWith('/') ? location : `${location}/`);
  writeWhole(kept, (await fetchBytes(`downloading ${name}`, url)).bytes);
  return kept;
}
