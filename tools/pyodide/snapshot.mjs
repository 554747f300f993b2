// public/pyodide and public/python → public/python/snapshot.bin, Pyodide's memory with our packages imported, and snapshot.json,
// which says what it was made of. Plain Node. Usage: node tools/pyodide/snapshot.mjs [public folder]
import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loadPyodideAt, recipe, unpackPackages } from '../../workers/python/load-pyodide.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

// Of the standard library, what our package and the usual build backends use.
const preload = `
  argparse ast base64 bz2 collections compression.zstd configparser contextlib csv dataclasses datetime email email.message email.parser
  email.policy enum fnmatch functools gzip hashlib html.parser importlib.metadata importlib.resources importlib.util inspect io itertools
  json logging lzma marshal operator pathlib pkgutil platform posixpath py_compile re runpy shutil stat string struct subprocess sysconfig
  tarfile tempfile textwrap tokenize tomllib traceback types typing unicodedata urllib.parse warnings zipfile zlib`;

/** Says what it did; throws when the snapshot does not work, and then leaves none behind. */
async function makeSnapshot(publicFolder = join(root, 'public'), say = console.log) {
  const python = join(resolve(publicFolder), 'python');
  const place = findPlace(publicFolder);
  const packages = await readPackages(python);
  const stamp = await makeStamp(place, packages);
  if (await isFresh(python, stamp)) return say('The Python snapshot is up to date.');
  await removeSnapshot(python);
  const bytes = await takeSnapshot(place, packages, say);
  await tryOut(place, packages, bytes);
  await writeSnapshot(python, { ...stamp, size: bytes.length }, bytes);
  say(`Wrote the Python snapshot: ${(bytes.length / 2 ** 20).toFixed(1)} MiB.`);
}

function findPlace(publicFolder) {
  const pyodideFolder = join(resolve(publicFolder), 'pyodide', '/');
  return { pyodideFolder, pyodideModule: pathToFileURL(join(pyodideFolder, 'pyodide.mjs')).href };
}

async function readPackages(python) {
  const wheels = JSON.parse(await readFile(join(python, 'wheels.json'), 'utf8'));
  const files = [...wheels.map(({ file }) => file), 'terrarium.zip'];
  return Promise.all(files.map(async (file) => ({ file, bytes: new Uint8Array(await readFile(join(python, file))) })));
}

async function makeStamp({ pyodideFolder }, packages) {
  const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
  return {
    recipe,
    pyodide: digest(await readFile(join(pyodideFolder, 'pyodide.asm.wasm'))),
    program: digest(Buffer.concat([await readFile(fileURLToPath(import.meta.url)), await readFile(join(root, 'workers/python/load-pyodide.mjs'))])),
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

async function takeSnapshot(place, packages, say) {
  const python = await load(place, packages, { _makeSnapshot: true });
  python.globals.set('preload', preload);
  const missing = python.runPython(importEverything);
  for (const line of missing.toJs()) say(`Not in the Python snapshot: ${line}`);
  missing.destroy();
  return python.makeMemorySnapshot();
}

async function load(place, packages, how) {
  const python = await loadPyodideAt(place, how);
  unpackPackages(python, packages.map(({ bytes }) => bytes));
  return python;
}

// Of our own package, the verbs' modules and what they import: others may be templates, which only an app should run.
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
    for module in pkgutil.walk_packages(attempt("packaging").__path__, "packaging."):
        attempt(module.name)
    from terrarium import bridge, door
    for place in door.VERBS.values():
        attempt(place.partition(":")[0])
    gc.collect()
    gc.freeze()
    return missing
missing = import_everything(preload)
del import_everything, preload
missing
`;

/** Restores it and uses what it holds, so that a module that a snapshot breaks is found here and not by a user. */
async function tryOut(place, packages, bytes) {
  const python = await load(place, packages, { _loadSnapshot: bytes });
  python.runPython(`
import compression.zstd, hashlib, io, json, sys, tomllib, zipfile
import packaging.requirements, packaging.specifiers, packaging.tags
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
