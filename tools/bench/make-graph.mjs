// Size, depth and versions → an index in memory: layers of distributions, each asking for three of the next layer. The same every time.
import { createHash } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';

const askedFor = 3;

/** `roots`: requirements that reach every distribution. `files`: by distribution, newest last. */
export function makeGraph({ size, depth, versions }) {
  const width = Math.ceil(size / depth);
  const nameOf = (layer, at) => `bench-${depth}x${size}-${layer}-${at}`;
  const layers = Array.from({ length: depth }, (_, layer) => Math.min(width, size - layer * width));
  const files = new Map();
  for (const [layer, count] of layers.entries()) {
    const below = layers[layer + 1] ?? 0;
    for (let at = 0; at < count; at++) {
      const asked = [...new Set(Array.from({ length: Math.min(askedFor, below) }, (_, step) => (at + step * 7) % below))];
      // The newest are beyond what parents admit, so that there is something to choose.
      const requires = asked.map((other) => `${nameOf(layer + 1, other)}>=1.2,<1.${versions - 3}`);
      files.set(nameOf(layer, at), Array.from({ length: versions }, (_, minor) => makeWheel(nameOf(layer, at), `1.${minor}`, requires)));
    }
  }
  return { roots: Array.from({ length: layers[0] }, (_, at) => nameOf(0, at)), files };
}

function makeWheel(name, version, requires) {
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const module = name.replaceAll('-', '_');
  const metadata = ['Metadata-Version: 2.4', `Name: ${name}`, `Version: ${version}`, 'Requires-Python: >=3.9', ...requires.map((one) => `Requires-Dist: ${one}`), '', ''].join('\n');
  const members = { [`${module}.py`]: '', [`${stem}.dist-info/METADATA`]: metadata, [`${stem}.dist-info/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n' };
  const rows = Object.entries(members).map(([path, text]) => `${path},sha256=${createHash('sha256').update(text).digest('base64url')},${Buffer.byteLength(text)}\n`);
  members[`${stem}.dist-info/RECORD`] = `${rows.join('')}${stem}.dist-info/RECORD,,\n`;
  const bytes = zipSync(Object.fromEntries(Object.entries(members).map(([path, text]) => [path, strToU8(text)])), { level: 0, mtime: '1980-01-02' });
  return { filename: `${stem}-py3-none-any.whl`, bytes, metadata, sha256: digest(bytes) };
}

export const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
