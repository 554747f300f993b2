// tests/world/pins.txt (name==version) → tests/world/wheels.txt: every file of those versions that a target of ours may need, with its
// sha256, as the machine's own index tells. Run by hand when a pin changes: node tests/world/pin.mjs
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('./', import.meta.url);
const ask = 'import os; from pip._internal.models.index import PyPI; print(os.environ.get("PIP_INDEX_URL") or PyPI.simple_url)';
const index = execFileSync('python3', ['-c', ask], { encoding: 'utf8' }).trim().replace(/\/?$/, '/');
/** Source distributions are wanted only where a test packs one. */
const sdists = new Set(['httpie-3.2.4']);

const pins = readFileSync(new URL('pins.txt', folder), 'utf8').split('\n').filter(Boolean).map((line) => line.split('=='));
const lines = [];
for (const [name, version] of pins) {
  const url = `${index}${name.toLowerCase().replace(/[-_.]+/g, '-')}/`;
  const answer = await fetch(url, { headers: { accept: 'text/html' } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const anchors = (await answer.text()).matchAll(/<a [^>]*href="[^"#]*#sha256=([0-9a-f]{64})"[^>]*>([^<]+)<\/a>/g);
  const fitting = [...anchors].map(([, sha256, filename]) => ({ filename, sha256 })).filter(({ filename }) => isWanted(filename, name, version));
  if (fitting.length === 0) throw new Error(`${name} ${version}: no file fits`);
  lines.push(...fitting.map(({ filename, sha256 }) => `${filename} ${sha256}`));
}
writeFileSync(new URL('wheels.txt', folder), [...new Set(lines)].sort().join('\n') + '\n');
console.log(`${lines.length} files`);

function isWanted(filename, name, version) {
  const stem = name.replace(/[-_.]+/g, '_').toLowerCase();
  if (filename.endsWith('.tar.gz')) return sdists.has(`${stem}-${version}`) && filename === `${stem}-${version}.tar.gz`;
  if (!filename.endsWith('.whl')) return false;
  const [project, release, ...tags] = filename.slice(0, -4).split('-');
  if (project.replace(/[-_.]+/g, '_').toLowerCase() !== stem || release !== version) return false;
  const [python, abi, platform] = tags.slice(-3);
  const fitsPython = (/\bpy3\b/.test(python) && abi === 'none') || (python === 'cp314' && abi === 'cp314') || (abi === 'abi3' && python.startsWith('cp3'))
    || (python === 'cp311' && abi === 'cp311' && /manylinux.*x86_64/.test(platform));
  const fitsPlatform = platform === 'any' || /manylinux\w*_(x86_64|aarch64)|win_amd64|macosx_\w+_(x86_64|arm64|universal2)/.test(platform);
  return fitsPython && fitsPlatform;
}
