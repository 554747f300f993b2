// Pyodide's files and our packages → a Python with them installed, fresh or from a memory snapshot. Plain JavaScript, because
// tools/pyodide/snapshot.mjs runs it before anything is built: what makes a snapshot and what restores it must agree in everything.

const env = {
  HOME: '/home/terrarium',
  LANG: 'C.UTF-8',
  PYTHONDONTWRITEBYTECODE: '1',
  // Otherwise the order of sets differs from one start to the next, and with it what we make.
  PYTHONHASHSEED: '0',
  PYTHONUTF8: '1',
  _: '/python',
};

/** Changes whenever this file starts Python in another way: a snapshot from before does not fit. */
export const recipe = 2;

/** May be called ahead, while the rest is being read. */
export function importPyodide({ pyodideModule }) {
  const wasmModule = pyodideModule.replace(/pyodide\.mjs$/, 'pyodide.asm.mjs');
  return Promise.all([import(/* @vite-ignore */ pyodideModule), import(/* @vite-ignore */ wasmModule)]);
}

/** `gate`: of close-objects.mjs. */
export async function loadPyodideAt(place, how = {}, gate = undefined) {
  const [{ loadPyodide }, { default: createModule }] = await importPyodide(place);
  return loadPyodide({
    ...how,
    env: { ...env },
    indexURL: place.pyodideFolder,
    createPyodideModule: (settings) => createModule(setUp(settings, how._loadSnapshot?.length ?? 0, gate)),
    // What Python sees as the module `js`: nothing.
    jsglobals: Object.create(null),
    // Otherwise it is the path of a script of this machine's.
    _sysExecutable: env._,
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
  });
}

// Pyodide restores a snapshot into the memory that the module starts with, which may be smaller than the one that was saved.
function setUp(settings, size, gate) {
  const instantiate = settings.instantiateWasm;
  settings.instantiateWasm = (imports, receive) =>
    instantiate(gate?.guard(imports) ?? imports, (instance, module) => {
      const { memory } = instance.exports;
      const lacking = Math.ceil((size - memory.buffer.byteLength) / 65536);
      if (lacking > 0) memory.grow(lacking);
      return receive(instance, module);
    });
  return settings;
}

/** Also after a restored snapshot, whose memory has the modules but whose file system, which is JavaScript's, is empty. */
export function unpackPackages(pyodide, archives) {
  const extractDir = pyodide.pyimport('site').getsitepackages().get(0);
  for (const bytes of archives) pyodide.unpackArchive(bytes, 'zip', { extractDir });
  pyodide.pyimport('importlib').invalidate_caches();
}
