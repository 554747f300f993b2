// `npm run launcher:build`: all launchers, into public/launchers, with launchers.json that lists them.
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, prepare, targets } from './compile.mjs';
import { digestSources } from './digest-sources.mjs';
import { root } from './pins.mjs';

const magic = Buffer.from('TERRARIUM\0LOC\r\n\x1a', 'latin1');

function findLocator(id, bytes) {
  const offset = bytes.indexOf(magic);
  if (offset < 0 || bytes.indexOf(magic, offset + 1) >= 0) throw new Error(`${id}: the locator's magic must be there exactly once.`);
  if (offset % 64 !== 0) throw new Error(`${id}: the locator is at ${offset}, which is not a multiple of 64.`);
  return offset;
}

function describe(id, bytes) {
  return { file: id, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), locatorOffset: findLocator(id, bytes) };
}

const build = join(root, '.build/launcher');
const output = join(root, 'public/launchers');
const launchers = {};
prepare(build);
mkdirSync(output, { recursive: true });
for (const id of Object.keys(targets)) {
  copyFileSync(await compile(id, build, join(root, '.build/launcher-cache')), join(output, id));
  chmodSync(join(output, id), 0o755);
  launchers[id] = describe(id, readFileSync(join(output, id)));
  console.log(`${id}: ${launchers[id].size} bytes`);
}
writeFileSync(join(output, 'launchers.json'), JSON.stringify({ format: 1, sources: digestSources(), launchers }, undefined, 2) + '\n');
