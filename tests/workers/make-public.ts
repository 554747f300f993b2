// The set-up's wheels and our package with one more verb, `probe`, which runs the Python it is given → a public folder for these tests.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync, type Zippable } from 'fflate';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface PublicFolder {
  path: string;
  remove(): void;
}

export function makePublic({ snapshot }: { snapshot: boolean }): PublicFolder {
  const path = mkdtempSync(join(tmpdir(), 'terrarium-public-'));
  mkdirSync(join(path, 'python'));
  cpSync(join(root, 'node_modules/pyodide'), join(path, 'pyodide'), { recursive: true });
  copyWheels(join(path, 'python'));
  writeFileSync(join(path, 'python/terrarium.zip'), zipPackage());
  if (snapshot) execFileSync(process.execPath, [join(root, 'tools/pyodide/snapshot.mjs'), path]);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function copyWheels(folder: string): void {
  const given = join(root, 'public/python');
  const wheels = readdirSync(given).filter((name) => name.endsWith('.whl')).sort();
  for (const wheel of wheels) cpSync(join(given, wheel), join(folder, wheel));
  writeFileSync(join(folder, 'wheels.json'), JSON.stringify(wheels.map((file) => ({ file }))));
}

function zipPackage(): Uint8Array {
  const folder = join(root, 'workers/python');
  const names = readdirSync(join(folder, 'terrarium'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.endsWith('.pyc'));
  const files: Zippable = Object.fromEntries(names.map((entry) => {
    const file = join(entry.parentPath, entry.name);
    return [relative(folder, file), new Uint8Array(readFileSync(file))];
  }));
  const door = readFileSync(join(folder, 'terrarium/door.py'), 'utf8');
  files['terrarium/door.py'] = new TextEncoder().encode(door.replace('VERBS = {', 'VERBS = {\n    "probe": "terrarium.probe:probe",'));
  files['terrarium/probe.py'] = new Uint8Array(readFileSync(join(root, 'tests/workers/probe.py')));
  return zipSync(files, { level: 6 });
}
