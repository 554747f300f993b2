// The packs that are there become public/runtimes/catalogue.json (RuntimeCatalogue in src/model/runtime.ts); other folders go.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeWhole } from '../setup/write-whole.mjs';
import { packFolderOf } from './build-places.mjs';

export function writeRuntimeCatalogue(builds, file) {
  const runtimes = builds.map(makeEntry);
  writeWhole(file, `${JSON.stringify({ format: 1, runtimes }, null, 1)}\n`);
  const kept = new Set([path.basename(file), ...runtimes.map((runtime) => runtime.folder)]);
  for (const name of readdirSync(path.dirname(file)).filter((each) => !kept.has(each))) rmSync(path.join(path.dirname(file), name), { recursive: true });
}

function makeEntry(build) {
  const bytes = readFileSync(`${packFolderOf(build)}/manifest.json`);
  const { python, series, target } = JSON.parse(bytes.toString('utf8'));
  return { python, series, target, folder: path.basename(packFolderOf(build)), sha256: createHash('sha256').update(bytes).digest('hex') };
}
