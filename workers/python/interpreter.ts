// Pyodide's files and our Python package → a running interpreter that fills folders and answers verbs. It starts from the
// memory snapshot where that fits, else the ordinary way. The only file that touches Pyodide's own objects.
import type { PyodideAPI } from 'pyodide';
import type { Started } from '../../src/protocol/python-remote';
import { closeDisk, closeSockets } from './close-way-out';
import { makeObjectGate, type ObjectGate } from './close-objects.mjs';
import { importPyodide, loadPyodideAt, recipe, unpackPackages } from './load-pyodide.mjs';
import { readPackages, readSnapshot, type Packages, type Place, type Snapshot, type Stamp } from './place';

/** A bug on Python's side; the message is the traceback. Any other error of `call` means that the interpreter is lost. */
export class PythonError extends Error {
  override name = 'PythonError';
}

/** Verbs that read a large blob from a file, piece by piece. */
const readPiecewise = new Set(['wheel_layer']);
const large = 4 * 2 ** 20;

// 2000-01-01: folders that were filled from equal files are equal in every time zone and on every day.
const fileTime = 946_684_800_000;

export class Interpreter {
  #pyodide: PyodideAPI;
  /** workers/python/terrarium/bridge.py */
  #bridge: any;
  #finish: (() => void) | undefined;
  #files = 0;

  /** `finish`: what is left to do before the first call; done when the thread is idle, or else by that call. */
  constructor(
    pyodide: PyodideAPI,
    gate: ObjectGate,
    readonly started: Started,
    finish: () => void,
  ) {
    this.#pyodide = pyodide;
    this.#bridge = pyodide.pyimport('terrarium.bridge');
    this.#finish = finish;
    closeWayOut(pyodide, gate, this.#bridge);
    setTimeout(() => this.#finishOnce());
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
    this.#finishOnce();
    const given = blobs.splice(0).map((blob) => (readPiecewise.has(verb) && blob.length > large ? this.#giveFile(blob) : blob));
    const reply = this.#bridge.call(verb, request, given);
    const [answer, made, traceback] = reply.toJs();
    reply.destroy();
    if (traceback) throw new PythonError(traceback);
    return { answer, blobs: made.map((blob: Uint8Array | string) => (typeof blob === 'string' ? this.#takeFile(blob) : blob)) };
  }

  /** The file system's files are JavaScript's memory, which is given back; WebAssembly's never shrinks. Python removes it. */
  #giveFile(bytes: Uint8Array): string {
    const { FS } = this.#pyodide;
    const path = `/tmp/terrarium-given-${++this.#files}`;
    FS.writeFile(path, bytes, { canOwn: true });
    return path;
  }

  /** Large blobs come as files, too. Their bytes are taken as they lie there. */
  #takeFile(path: string): Uint8Array {
    const { FS } = this.#pyodide;
    const { node } = (FS as any).lookupPath(path);
    const bytes: Uint8Array = node.contents.length === node.usedBytes ? node.contents : FS.readFile(path);
    FS.unlink(path);
    return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  }

  #finishOnce(): void {
    const finish = this.#finish;
    this.#finish = undefined;
    finish?.();
  }
}

export async function bootInterpreter(place: Place): Promise<Interpreter> {
  const begun = performance.now();
  const [packages, snapshot] = await Promise.all([readPackages(place), readSnapshot(place), importPyodide(place)]);
  const gate = makeObjectGate();
  const restored = snapshot && (await restoreSnapshot(place, packages, snapshot, gate));
  const pyodide = restored ?? (await startOrdinarily(place, packages, gate));
  const python: string = pyodide.pyimport('platform').python_version();
  const milliseconds = Math.round(performance.now() - begun);
  const code: string = pyodide.pyimport('terrarium.bridge').digest(packages.get('terrarium.zip'));
  const started = { python, boot: restored ? 'snapshot' : 'ordinary', milliseconds, code } as const;
  return new Interpreter(pyodide, gate, started, () => restored && unpackPackages(restored, packages.values()));
}

/** Undefined when the snapshot does not fit these files or does not start: it only saves time, so any reason will do. */
async function restoreSnapshot(place: Place, packages: Packages, { stamp, bytes }: Snapshot, gate: ObjectGate): Promise<PyodideAPI | undefined> {
  if (stamp.recipe !== recipe || stamp.size !== bytes.length) return undefined;
  try {
    // Pyodide compares its own build with the snapshot's.
    const pyodide = await loadPyodideAt(place, { _loadSnapshot: bytes }, gate);
    return madeOf(pyodide, packages, stamp) ? pyodide : undefined;
  } catch {
    return undefined;
  }
}

async function startOrdinarily(place: Place, packages: Packages, gate: ObjectGate): Promise<PyodideAPI> {
  const pyodide = await loadPyodideAt(place, {}, gate);
  unpackPackages(pyodide, packages.values());
  return pyodide;
}

/** Whether the snapshot has these very packages in memory. */
function madeOf(pyodide: PyodideAPI, packages: Packages, stamp: Stamp): boolean {
  const bridge = pyodide.pyimport('terrarium.bridge');
  const found = [...packages].map(([file, bytes]) => `${file} ${bridge.digest(bytes)}`);
  const wanted = stamp.packages.map(({ file, sha256 }) => `${file} ${sha256}`);
  return found.sort().join('\n') === wanted.sort().join('\n');
}

function closeWayOut(pyodide: PyodideAPI, gate: ObjectGate, bridge: any): void {
  closeSockets(pyodide, bridge);
  closeDisk(pyodide);
  pyodide.unregisterJsModule('js');
  pyodide.unregisterJsModule('pyodide_js');
  bridge.settle();
  gate.close();
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
