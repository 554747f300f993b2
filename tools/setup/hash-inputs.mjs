// What a step depends on becomes one hex digest: texts as they are, files and folders by name and content.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const ignored = new Set(['__pycache__', '.pytest_cache', 'node_modules']);

/** `inputs`: strings, and `{path}` for a file or folder, which may be absent. */
export function hashInputs(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    if (typeof input === 'string') hash.update(`text ${input.length}\n${input}\n`);
    else for (const file of listFiles(input.path)) hashFile(hash, file, path.relative(input.path, file));
  }
  return hash.digest('hex');
}

function hashFile(hash, file, name) {
  const content = readFileSync(file);
  hash.update(`file ${name.split(path.sep).join('/')} ${content.length}\n`).update(content);
}

/** Every file at or below a path, sorted; none where nothing is there. */
export function listFiles(start) {
  const stat = statSync(start, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [start];
  const entries = readdirSync(start, { withFileTypes: true }).filter((entry) => !ignored.has(entry.name));
  const names = entries.map((entry) => entry.name).sort();
  return names.flatMap((name) => listFiles(path.join(start, name)));
}
