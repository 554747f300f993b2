// The launcher's own sources and pins → one digest, kept in launchers.json: a source that was changed without a build is seen at once,
// without the minutes that `npm run launcher:verify` takes.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './pins.mjs';

export function digestSources() {
  const folder = join(root, 'launcher/src');
  const files = [...readdirSync(folder).sort().map((name) => join(folder, name)), ...['compile', 'pins', 'write-notices'].map((name) => join(root, `tools/launcher/${name}.mjs`))];
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
