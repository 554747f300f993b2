// public/pyodide and public/python → public/python/snapshot.bin, Pyodide's memory with our packages imported, and snapshot.json,
// which says what it was made of. Plain Node. Usage: node tools/pyodide/snapshot.mjs [public folder]
import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const boot = JSON.parse(await readFile(join(root, 'workers/python/boot.json'), 'utf8'));

// Bumped when this file makes something else of the same ingredients.
const recipe = 1;

/** Says what it did; throws when the snapshot does not work, and then leaves none behind. */
export async function makeSnapshot(publicFolder = join(root, 'public'), say = console.log) {
  const python = join(resolve(publicFolder), 'python');
  const pyodide = await findPyodide(publicFolder);
  const packages = await readPackages(python);
  const stamp = makeStamp(pyodide.version, packages);
  if (await isFresh(python, stamp)) return say('The Python snapshot is up to date.');
  await removeSnapshot(python);
  const bytes = await takeSnapshot(pyodide, packages, say);
  await tryOut(pyodide, packages, bytes);
  await writeSnapshot(python, { ...stamp, size: bytes.length }, bytes);
  say(`Wrote the Python snapshot: ${(bytes.length / 2 ** 20).toFixed(1)} MiB.`);
}

async function findPyodide(publicFolder) {
  const folder = join(resolve(publicFolder), 'pyodide', '/');
  return { folder, ...(await import(pathToFileURL(join(folder, 'pyodide.mjs')).href)) };
}

async function readPackages(python) {
  const wheels = JSON.parse(await readFile(join(python, 'wheels.json'), 'utf8'));
  const files = [...wheels.map(({ file }) => file), 'terrarium.zip'];
  return Promise.all(files.map(async (file) => ({ file, bytes: new Uint8Array(await readFile(join(python, file))) })));
}

function makeStamp(version, packages) {
  const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
  return {
    pyodide: version,
    recipe: digest(JSON.stringify([recipe, boot])),
    packages: packages.map(({ file, bytes }) => ({ file, sha256: digest(bytes) })),
  };
}

async function isFresh(python, stamp) {
  try {
    const { size, ...before } = JSON.parse(await readFile(join(python, 'snapshot.json'), 'utf8'));
    return JSON.stringify(before) === JSON.stringify(stamp) && (await readFile(join(python, 'snapshot.bin'))).length === size;
  } catch {
    return false;
  }
}

async function takeSnapshot(pyodide, packages, say) {
  const python = await load(pyodide, { _makeSnapshot: true });
  unpack(python, packages);
  const missing = importAll(python);
  for (const line of missing) say(`Not in the Python snapshot: ${line}`);
  return python.makeMemorySnapshot();
}

// The options are those of workers/python/interpreter.ts: what is restored has to be what would have been booted.
function load(pyodide, how) {
  return pyodide.loadPyodide({
    ...how,
    indexURL: pyodide.folder,
    env: { ...boot.env },
    jsglobals: Object.create(null),
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
  });
}

function unpack(python, packages) {
  const extractDir = python.runPython('import site; site.getsitepackages()[0]');
  for (const { bytes } of packages) python.unpackArchive(bytes, 'zip', { extractDir });
  python.runPython('import importlib; importlib.invalidate_caches()');
}

function importAll(python) {
  python.globals.set('preload', boot.preload.join(' '));
  const missing = python.runPython(importEverything);
  const lines = missing.toJs();
  missing.destroy();
  return lines;
}

// A module that cannot be imported is left to fail where it is used. gc.freeze: what is never collected is never looked through.
const importEverything = `
def import_everything(preload):
    import gc, importlib, pkgutil
    missing = []
    def attempt(name):
        try:
            return importlib.import_module(name)
        except Exception as error:
            missing.append(f"{name}: {error!r}")
    for name in preload.split():
        attempt(name)
    for package in ("packaging", "resolvelib", "terrarium"):
        found = attempt(package)
        for module in pkgutil.walk_packages(getattr(found, "__path__", ()), package + ".", onerror=missing.append):
            if not module.name.endswith("__main__"):
                attempt(module.name)
    gc.collect()
    gc.freeze()
    return missing
missing = import_everything(preload)
del import_everything, preload
missing
`;

/** Restores it and uses what it holds, so that a module that a snapshot breaks is found here and not by a user. */
async function tryOut(pyodide, packages, bytes) {
  const python = await load(pyodide, { _loadSnapshot: bytes });
  unpack(python, packages);
  python.runPython(`
import compression.zstd, hashlib, io, json, sys, tomllib, zipfile
import packaging.requirements, packaging.specifiers, packaging.tags, resolvelib
from terrarium import bridge, door
assert compression.zstd.decompress(compression.zstd.compress(b"terrarium" * 1000)) == b"terrarium" * 1000
assert hashlib.sha256(b"").hexdigest().startswith("e3b0c442")
assert tomllib.loads("a = 1") == {"a": 1}
assert packaging.requirements.Requirement("a>=1; python_version > '3'").specifier.contains("1.5")
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
    file.writestr("a", "a" * 1000)
assert zipfile.ZipFile(archive).read("a") == b"a" * 1000
for verb, place in door.VERBS.items():
    if place.partition(":")[0] in sys.modules:
        door.find_verb(verb)
`);
}

async function writeSnapshot(python, stamp, bytes) {
  const place = (name) => join(python, name);
  await writeFile(place('snapshot.bin.part'), bytes);
  await rename(place('snapshot.bin.part'), place('snapshot.bin'));
  await writeFile(place('snapshot.json'), `${JSON.stringify(stamp, undefined, 1)}\n`);
}

async function removeSnapshot(python) {
  for (const name of ['snapshot.json', 'snapshot.bin', 'snapshot.bin.part']) await rm(join(python, name), { force: true });
}

// Node would print the line of Pyodide's source, which is all of it.
async function main() {
  try {
    await makeSnapshot(process.argv[2]);
  } catch (error) {
    console.error(`The Python snapshot was not made: ${error.message}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
