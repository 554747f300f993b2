// Pyodide's files and our Python package → a running interpreter that fills folders and answers verbs. It starts from the
// memory snapshot where that fits, else the ordinary way. The only file that touches Pyodide's own objects.
import type { PyodideAPI } from 'pyodide';
import type { Started } from '../../src/protocol/python-remote';
import { closeSockets } from './close-network';
import boot from './boot.json';
import { readPackages, readSnapshot, type Packages, type Place, type Snapshot } from './place';

type PyodideModule = typeof import('pyodide');
/** A bug on Python's side; the message is the traceback. Any other error of `call` means that the interpreter is lost. */
export class PythonError extends Error {
  override name = 'PythonError';
}

// 2000-01-01: folders that were filled from equal files are equal in every time zone and on every day.
const fileTime = 946_684_800_000;

export class Interpreter {
  #pyodide: PyodideAPI;
  /** workers/python/terrarium/bridge.py */
  #bridge: any;

  constructor(
    pyodide: PyodideAPI,
    readonly started: Started,
  ) {
    this.#pyodide = pyodide;
    this.#bridge = pyodide.pyimport('terrarium.bridge');
    closeWayOut(pyodide, this.#bridge);
  }

  /** Replaces the folder. The buffers become the file system's. */
  put(folder: string, files: { path: string; bytes: Uint8Array }[]): void {
    assertFolder(folder);
    const { FS } = this.#pyodide;
    this.#bridge.remove(folder);
    FS.mkdirTree(folder);
    for (const { path, bytes } of files) writeFile(FS, folder, path, bytes);
  }

  /** JSON and buffers in, JSON and buffers out. The array of buffers is emptied. */
  call(verb: string, request: string, blobs: Uint8Array[]): { answer: string; blobs: Uint8Array[] } {
    const reply = this.#bridge.call(verb, request, blobs);
    const [answer, answerBlobs, traceback] = reply.toJs();
    reply.destroy();
    if (traceback) throw new PythonError(traceback);
    return { answer, blobs: answerBlobs };
  }
}

export async function bootInterpreter(place: Place): Promise<Interpreter> {
  const begun = performance.now();
  const [module, packages, snapshot] = await Promise.all([
    import(/* @vite-ignore */ place.pyodideModule) as Promise<PyodideModule>,
    readPackages(place),
    readSnapshot(place),
  ]);
  const restored = snapshot && (await restoreSnapshot(module, place, packages, snapshot));
  const pyodide = restored ?? (await startOrdinarily(module, place, packages));
  const python: string = pyodide.runPython('import platform; platform.python_version()');
  const milliseconds = Math.round(performance.now() - begun);
  return new Interpreter(pyodide, { python, boot: restored ? 'snapshot' : 'ordinary', milliseconds });
}

/** Undefined when the snapshot does not fit these files or does not start: it only saves time, so any reason will do. */
async function restoreSnapshot(module: PyodideModule, place: Place, packages: Packages, snapshot: Snapshot): Promise<PyodideAPI | undefined> {
  if (snapshot.stamp.pyodide !== module.version || snapshot.stamp.size !== snapshot.bytes.length) return undefined;
  try {
    const pyodide = await load(module, place, { _loadSnapshot: snapshot.bytes });
    unpack(pyodide, packages);
    return madeOf(pyodide, packages, snapshot) ? pyodide : undefined;
  } catch {
    return undefined;
  }
}

async function startOrdinarily(module: PyodideModule, place: Place, packages: Packages): Promise<PyodideAPI> {
  const pyodide = await load(module, place, {});
  unpack(pyodide, packages);
  return pyodide;
}

function load(module: PyodideModule, place: Place, how: { _loadSnapshot?: Uint8Array }): Promise<PyodideAPI> {
  return module.loadPyodide({
    ...how,
    indexURL: place.pyodideFolder,
    env: { ...boot.env },
    // What Python sees as the module `js`: nothing.
    jsglobals: Object.create(null),
    stdin: () => null as unknown as string,
    stdout: () => {},
    stderr: () => {},
  });
}

// Also after a restored snapshot, whose memory has the modules but whose file system, which is JavaScript's, is empty.
function unpack(pyodide: PyodideAPI, packages: Packages): void {
  const extractDir = pyodide.runPython('import site; site.getsitepackages()[0]');
  for (const bytes of packages.values()) pyodide.unpackArchive(bytes, 'zip', { extractDir });
  pyodide.runPython('import importlib; importlib.invalidate_caches()');
}

/** Whether the snapshot has these very packages in memory. */
function madeOf(pyodide: PyodideAPI, packages: Packages, snapshot: Snapshot): boolean {
  const bridge = pyodide.pyimport('terrarium.bridge');
  const found = [...packages].map(([file, bytes]) => `${file} ${bridge.digest(bytes)}`);
  const wanted = snapshot.stamp.packages.map(({ file, sha256 }) => `${file} ${sha256}`);
  return found.sort().join('\n') === wanted.sort().join('\n');
}

function closeWayOut(pyodide: PyodideAPI, bridge: any): void {
  closeSockets(pyodide, bridge);
  pyodide.unregisterJsModule('js');
  pyodide.unregisterJsModule('pyodide_js');
  bridge.forget_javascript();
}

function assertFolder(folder: string): void {
  const [top] = folder.split('/').filter(Boolean);
  const safe = folder.startsWith('/') && !folder.split('/').includes('..');
  if (!safe || !top || ['dev', 'home', 'lib', 'proc', 'tmp'].includes(top)) throw new TypeError(`folder: ${folder} is not a place for files`);
}

function writeFile(FS: PyodideAPI['FS'], folder: string, path: string, bytes: Uint8Array): void {
  if (path.split('/').some((part) => ['', '.', '..'].includes(part))) throw new TypeError(`path: ${path} leaves its folder`);
  const place = `${folder}/${path}`;
  FS.mkdirTree(place.slice(0, place.lastIndexOf('/')));
  FS.writeFile(place, bytes, { canOwn: true });
  FS.utime(place, fileTime, fileTime);
}
