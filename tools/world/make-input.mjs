// A case's source → a path that the CLI is given: a project, a published sdist, or its tree as a code host's zip has it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../setup/paths.mjs';
import { writeStoredZip } from '../setup/write-stored-zip.mjs';
import { sourceFolder } from './fetch-sources.mjs';

/** What a backend writes when it makes an sdist, and a repository does not hold. */
const generated = /(^|\/)(PKG-INFO|_version\.py|_black_version\.py|[^/]+\.egg-info\/.*)$/;

export function makeInput(source) {
  if (source.project) return at('tests/world/projects', source.project);
  if (source.sdist) return join(sourceFolder, `${source.sdist}.tar.gz`);
  return makeZip(source.zip, source.archival);
}

/** `archival`: what git would have written into .git_archival.txt for this tag. */
function makeZip(name, archival) {
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-world-zip-'));
  execFileSync('tar', ['xzf', join(sourceFolder, `${name}.tar.gz`), '-C', folder]);
  const paths = listFiles(join(folder, name), '').filter((path) => !generated.test(path));
  const members = paths.map((path) => ({ name: `${name}/${path}`, content: readFileSync(join(folder, name, path)) }));
  const written = members.find((member) => member.name.endsWith('/.git_archival.txt'));
  if (archival && written) written.content = Buffer.from(`node: 0123456789abcdef0123456789abcdef01234567\nnode-date: 2026-10-01T00:00:00Z\ndescribe-name: ${archival}\n`);
  rmSync(folder, { recursive: true });
  mkdirSync(at('.build/world/zips'), { recursive: true });
  const path = at('.build/world/zips', `${name}${archival ? '-archival' : ''}.zip`);
  writeFileSync(path, writeStoredZip(members));
  return path;
}

function listFiles(root, folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const paths = entries.map((entry) => [entry, folder ? `${folder}/${entry.name}` : entry.name]);
  return paths.flatMap(([entry, path]) => (entry.isDirectory() ? listFiles(root, path) : [path]));
}
