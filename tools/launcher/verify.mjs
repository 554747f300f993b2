// `npm run launcher:verify`: builds every launcher twice, in two folders, and compares with the committed bytes. `--results FILE` (for `npm test`)
// keeps the counts there; a host that cannot fetch the compiler then skips them, and says so.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compile, prepare, targets } from './compile.mjs';
import { Unfetchable, fetchZig, fetchZstd, root } from './pins.mjs';

const ids = Object.keys(targets);
const results = process.argv[2] === '--results' ? process.argv[3] : undefined;
const digest = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');
const { launchers } = JSON.parse(readFileSync(join(root, 'public/launchers/launchers.json'), 'utf8'));

/** As many at once as keep the cores busy: the compiler's own parts take only one, most of the time. */
const atOnce = 2;

/** Ours is compiled afresh in either folder; the compiler's C library, which comes from neither, once for both. */
async function verifyTarget(id, folders, libraries) {
  const built = [];
  for (const folder of folders) built.push(digest(await compile(id, folder, join(folder, 'cache'), libraries)));
  const committed = digest(join(root, 'public/launchers', id));
  const same = committed === launchers[id]?.sha256 && built.every((one) => one === committed);
  console.log(`${id.padEnd(16)}${String(launchers[id]?.size).padStart(8)} bytes  ${same ? 'the same, twice' : `DIFFERENT: committed ${committed.slice(0, 16)}, built ${built.map((one) => one.slice(0, 16)).join(' and ')}`}`);
  return { id, same };
}

async function verifyAll(work) {
  const folders = [join(work, 'one'), join(work, 'another-with-a-longer-name')];
  folders.forEach(prepare);
  const waiting = [...ids];
  const done = [];
  const takeNext = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) done.push(await verifyTarget(id, folders, join(work, 'libraries')));
  };
  await Promise.all(Array.from({ length: atOnce }, takeNext));
  return done.filter(({ same }) => !same).map(({ id }) => id);
}

function keepCounts(counts) {
  if (results === undefined) return;
  mkdirSync(dirname(results), { recursive: true });
  writeFileSync(results, JSON.stringify({ passed: 0, failed: 0, skipped: 0, ...counts }));
}

function fetchAll() {
  try {
    fetchZig();
    fetchZstd();
    return true;
  } catch (error) {
    if (results === undefined || !(error instanceof Unfetchable)) throw error;
    console.log(`SKIPPED: the launchers were not built again. ${error.message}`);
    keepCounts({ skipped: ids.length });
    return false;
  }
}

if (fetchAll()) {
  const work = mkdtempSync(join(tmpdir(), 'terrarium-verify-'));
  try {
    const different = await verifyAll(work);
    keepCounts({ passed: ids.length - different.length, failed: different.length });
    if (different.length > 0) throw new Error(`The committed launchers are not what the sources give: ${different.join(', ')}. Run \`npm run launcher:build\` and commit the result.`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
