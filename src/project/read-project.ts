// What was dropped → Project: unpacked, its wrapper folder taken off, sifted and sorted.
import { fail, success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { Project, ProjectFile, Source } from '../model/project';
import { checkPath } from '../formats/check-path';
import { FormatError, type FormatReason } from '../formats/format-error';
import { explainLimit, limits, type LimitName } from '../model/limits';
import { readSdist } from './read-sdist';
import { readProjectZip } from './read-project-zip';
import { findWrapper, siftFiles } from './sift-files';

/** Unpacked, not sifted yet. */
export interface Unpacked {
  kind: Project['kind'];
  files: ProjectFile[];
  notices: string[];
}

export async function readProject(source: Source, reporter: Reporter): Promise<Outcome<Project>> {
  reporter.report({ stage: 'read', label: source.name, done: 0 });
  if (source.kind === 'requirement') return success({ kind: 'requirement', source: source.name, files: [], wheels: [], notices: [] });
  try {
    const unpacked = source.kind === 'folder' ? await readFolder(source) : await readFile(source.name, source.blob);
    if (!unpacked.ok) return unpacked;
    return finishProject(source.name, unpacked.value);
  } catch (error) {
    if (error instanceof FormatError) return fail(formatCode(error), `Cannot read ${source.name}: ${error.message}`, ...(error.reason === 'limit' || error.notes.length === 0 ? [...error.notes, advice[error.reason]] : error.notes));
    // A file that was moved or changed after it was picked: the browser's NotReadableError.
    if (error instanceof DOMException) return fail('project/unreadable', `Cannot read ${source.name}: ${error.message}`, 'Was it moved or changed since it was picked? Drop it again.');
    throw error;
  }
}

const formatCode = (error: FormatError) =>
  error.reason === 'limit' ? 'project/too-large' as const : error.reason === 'unsafe' ? 'project/unsafe-entry' as const : 'project/unreadable' as const;

const advice: Record<FormatReason, string> = {
  damaged: 'Was it downloaded and copied whole? Get it again, or pack the project anew.',
  unsafe: 'Pack the project as a zip archive anew, from its own folder and with plain names.',
  limit: 'Leave out what is not the project (data, environments, build output) and pack it anew.',
  unsupported: 'Pack the project as an ordinary zip archive anew.',
};
/** `notes` come first. */
const tooLarge = (found: string, name: LimitName, size: number, ...notes: string[]) =>
  fail('project/too-large', `${found}; the limit is ${limits[name]} (${name}).`, ...notes, explainLimit(name, size), advice.limit);

const kinds = 'Drop a folder, a .zip, a source distribution (.tar.gz), a wheel (.whl), one Python file (.py) or a notebook (.ipynb).';

async function readFile(name: string, blob: Blob): Promise<Outcome<Unpacked>> {
  const lower = name.toLowerCase();
  if (blob.size === 0) return fail('project/unreadable', `${name} is empty; a project archive, a wheel or a Python file was expected.`, kinds);
  if (blob.size > limits.total) return tooLarge(`${name} has ${blob.size} bytes`, 'total', blob.size);
  if (/\.(pyw?|ipynb)$/.test(lower)) return success({ kind: 'script', files: [await readWhole(name, blob)], notices: [] });
  if (lower.endsWith('.whl')) return success({ kind: 'wheel', files: [await readWhole(name, blob)], notices: [] });
  if (/\.(tar\.gz|tgz)$/.test(lower)) return success({ kind: 'sdist', ...(await readSdist(blob)) });
  if (lower.endsWith('.zip')) return success({ kind: 'zip', ...(await readProjectZip(blob)) });
  return fail('project/unreadable', `${name} is not of a kind that is packed here.`,
    kinds, ...(lower.endsWith('.pyz') ? ['A .pyz is packed already: drop the project that it was made from.'] : []));
}

async function readWhole(path: string, blob: Blob): Promise<ProjectFile> {
  return { path: path.split(/[/\\]/).at(-1)!, bytes: new Uint8Array(await blob.arrayBuffer()), executable: false };
}

const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);

async function readFolder(source: Source & { kind: 'folder' }): Promise<Outcome<Unpacked>> {
  // Browsers and file systems list folders in an order of their own. Sifted before reading: a folder may hold gigabytes of environments.
  const { kept, notices } = siftFiles(source.files.toSorted(byPath));
  if (kept.length > limits.members) return tooLarge(`${source.name} has ${kept.length} files`, 'members', kept.length);
  const total = kept.reduce((sum, file) => sum + file.blob.size, 0);
  if (total > limits.total) return tooLarge(`${source.name} has ${total} bytes in ${kept.length} files`, 'total', total,
    `The largest: ${[...kept].sort((a, b) => b.blob.size - a.blob.size).slice(0, 3).map((file) => file.path).join(', ')}.`);
  const files: ProjectFile[] = [];
  for (const { path, blob } of kept) {
    const stop = checkPath(path, limits, false);
    if (stop) throw stop;
    files.push({ path, bytes: new Uint8Array(await blob.arrayBuffer()), executable: false });
  }
  return success({ kind: 'folder', files, notices });
}

/** Wheels at the top stand beside the project: they are dependencies, not files of it. A wheel alone is the project. */
function takeWheels(files: ProjectFile[]): { own: ProjectFile[]; wheels: ProjectFile[] } {
  const isBeside = ({ path }: ProjectFile) => /^[^/]+\.whl$/i.test(path);
  return { own: files.filter((file) => !isBeside(file)), wheels: files.filter(isBeside) };
}

function finishProject(name: string, unpacked: Unpacked): Outcome<Project> {
  if (unpacked.kind === 'wheel' || unpacked.kind === 'script') return finishFiles(name, unpacked, []);
  const { own, wheels } = takeWheels(unpacked.files);
  if (own.length === 0 && wheels.length > 1) return fail('project/needs-answer', `${name} holds ${wheels.length} wheels and nothing else; which of them is the app is not known.`, 'Drop the wheel of the app, and add the others as wheels beside it (on the command line: --wheel FILE).');
  if (own.length === 0) return finishFiles(wheels[0]?.path ?? name, { ...unpacked, ...(wheels.length ? { kind: 'wheel' } : {}), files: wheels }, []);
  // One thing and wheels, dropped together: the thing is the project, its folder no package of it.
  const [only] = own;
  if (wheels.length && own.length === 1 && /^[^/]+\.(pyw?|ipynb)$/.test(only!.path)) return finishFiles(only!.path, { ...unpacked, kind: 'script', files: own }, wheels);
  const folder = wheels.length && unpacked.kind === 'folder' ? findProjectWrapper(own) : '';
  const files = own.map((file) => ({ ...file, path: file.path.slice(folder.length) }));
  return finishFiles(folder.slice(0, -1) || name, { ...unpacked, files }, wheels);
}

function finishFiles(name: string, unpacked: Unpacked, wheels: ProjectFile[]): Outcome<Project> {
  const wrapper = unpacked.kind === 'zip' || unpacked.kind === 'sdist' ? findProjectWrapper(unpacked.files) : '';
  const inside = wrapper ? unpacked.files.filter((file) => file.path.startsWith(wrapper)).map((file) => ({ ...file, path: file.path.slice(wrapper.length) })) : unpacked.files;
  // A source distribution is what its author chose to publish; marimo's has node_modules in its package.
  const { kept, notices } = unpacked.kind === 'sdist' ? { kept: inside, notices: [] } : siftFiles(inside);
  if (kept.length === 0) return fail('project/empty', `${name} has no file to pack in it.`, ...unpacked.notices, ...notices, 'Drop the folder or archive that has the Python files in it.');
  return success({
    kind: unpacked.kind,
    source: name,
    files: kept.sort(byPath),
    wheels,
    notices: [...(wrapper ? [`Took off the wrapper folder ${wrapper}`] : []), ...unpacked.notices, ...notices],
  });
}

/** A lone package folder is no wrapper: taking it off would lose the package's name. */
function findProjectWrapper(files: ProjectFile[]): string {
  const wrapper = findWrapper(files.map((file) => file.path).filter((path) => !path.startsWith('__MACOSX/') && path !== '.DS_Store'));
  return wrapper && files.some((file) => file.path === `${wrapper}__init__.py`) ? '' : wrapper;
}
