// `npm run launcher:verify`: builds every launcher afresh in two different folders and compares with the committed bytes.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, prepare, targets } from './compile.mjs';
import { root } from './pins.mjs';

const digest = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');
const { launchers } = JSON.parse(readFileSync(join(root, 'public/launchers/launchers.json'), 'utf8'));

/** Ids of the targets whose bytes differ. The compiler's own cache is fresh as well: it must not decide the outcome. */
function verifyIn(folder) {
  prepare(folder);
  return Object.keys(targets).filter((id) => {
    const built = digest(compile(id, folder, join(folder, 'cache')));
    const same = built === launchers[id]?.sha256 && built === digest(join(root, 'public/launchers', id));
    console.log(`${id}: ${same ? 'the same' : 'DIFFERENT'} (${built.slice(0, 16)})`);
    return !same;
  });
}

const different = ['terrarium-verify-', 'terrarium-verify-in-a-longer-folder-'].flatMap((prefix) => {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  try {
    return verifyIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
if (different.length > 0) {
  console.error(`The committed launchers are not what the sources give: ${[...new Set(different)].join(', ')}. Run \`npm run launcher:build\` and commit the result.`);
  process.exit(1);
}
