// Files of a dropped folder or archive → those that belong to the project, and a line for each thing left out.
import type { ProjectFile } from '../model/project';

/** Folder names that never hold the project's own source, with what to call them. */
const ignoredFolders: Record<string, string> = {
  '.git': 'version control', '.hg': 'version control', '.svn': 'version control',
  node_modules: 'Node packages', __pycache__: 'byte code', '__MACOSX': 'Finder metadata',
  '.tox': 'test environments', '.nox': 'test environments',
  '.mypy_cache': 'cache', '.pytest_cache': 'cache', '.ruff_cache': 'cache', '.hypothesis': 'cache',
  '.idea': 'editor settings', '.vscode': 'editor settings', '.eggs': 'build output',
};
/** Build output only at the project's top: a package may well be called `build`. */
const ignoredAtTop: Record<string, string> = { build: 'build output', dist: 'build output' };
const ignoredFiles: Record<string, string> = { '.DS_Store': 'Finder metadata', 'Thumbs.db': 'Explorer metadata', 'desktop.ini': 'Explorer metadata' };

interface Ignored { at: string; what: string }

function findIgnored(path: string, environments: ReadonlySet<string>): Ignored | undefined {
  const segments = path.split('/');
  for (let depth = 0; depth < segments.length - 1; depth++) {
    const name = segments[depth]!;
    const at = segments.slice(0, depth + 1).join('/');
    if (environments.has(at)) return { at, what: 'virtual environment' };
    const what = Object.hasOwn(ignoredFolders, name) ? ignoredFolders[name]
      : depth === 0 && Object.hasOwn(ignoredAtTop, name) ? ignoredAtTop[name]
      : undefined;
    if (what) return { at, what };
  }
  const file = segments.at(-1)!;
  if (Object.hasOwn(ignoredFiles, file)) return { at: path, what: ignoredFiles[file]! };
  if (/\.py[co]$/.test(file)) return { at: path, what: 'byte code' };
  return undefined;
}

/** A virtual environment is known by its `pyvenv.cfg`, whatever its folder is called. */
function findEnvironments(paths: string[]): ReadonlySet<string> {
  const suffix = '/pyvenv.cfg';
  return new Set(paths.filter((path) => path.endsWith(suffix)).map((path) => path.slice(0, -suffix.length)));
}

/** Keeps order. A source distribution or built package that itself is called `dist` keeps it: only top-level folders count. */
export function siftFiles<F extends Pick<ProjectFile, 'path'>>(files: F[]): { kept: F[]; notices: string[] } {
  const environments = findEnvironments(files.map((file) => file.path));
  const left = new Map<string, { what: string; count: number }>();
  const kept = files.filter((file) => {
    const ignored = findIgnored(file.path, environments);
    if (!ignored) return true;
    const entry = left.get(ignored.at) ?? { what: ignored.what, count: 0 };
    left.set(ignored.at, { ...entry, count: entry.count + 1 });
    return false;
  });
  return { kept, notices: describeLeftOut(left) };
}

function describeLeftOut(left: Map<string, { what: string; count: number }>): string[] {
  const byName = new Map<string, { what: string; count: number; places: number }>();
  for (const [at, { what, count }] of left) {
    const name = at.split('/').at(-1)!;
    const key = /\.py[co]$/.test(name) ? '*.pyc' : name;
    const entry = byName.get(key) ?? { what, count: 0, places: 0 };
    byName.set(key, { what, count: entry.count + count, places: entry.places + 1 });
  }
  return [...byName].map(([name, { what, count }]) => `Left out ${name} (${what}): ${count} ${count === 1 ? 'file' : 'files'}.`);
}

/** `name/` when every path begins with it, as archives of code hosts and source distributions have it; else ``. */
export function findWrapper(paths: string[]): string {
  const first = paths[0]?.split('/');
  if (!first || first.length < 2) return '';
  const wrapper = `${first[0]}/`;
  return paths.every((path) => path.startsWith(wrapper)) ? wrapper : '';
}
