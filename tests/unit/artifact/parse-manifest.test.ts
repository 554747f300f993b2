// A manifest may come from anywhere: what is not of its shape is a FormatError that names the field, never an exception later.
import { expect, test } from 'vitest';
import { parseManifest } from '../../../src/artifact/parse-manifest';
import { FormatError } from '../../../src/formats/format-error';

const digest = '0'.repeat(64);
const part = { id: 'runtime/core', size: 1, sha256: digest, reason: 'always' };
const layer = { name: 'runtime', mount: 'runtime', size: 1, unpacked: 2, files: 1, digest, offset: 0, parts: [part] };
const command = { name: 'tool', kind: 'module', value: 'tool', windowed: false, origin: 'given' };
const whole = {
  format: 1, name: 'tool', version: '1.0', python: '3.14.6', target: 'linux-x86_64', entry: 'tool', commands: [command], layers: [layer],
  minimum: { glibc: '2.17' }, provenance: { launcher: digest, runtime: 'somewhere' }, lock: 'lock-version = "1.0"\n',
};

test('what the packer writes is read', () => {
  expect(parseManifest(JSON.stringify(whole))).toEqual(whole);
});

test.each<[string, unknown]>([
  ['format', { ...whole, format: 2 }],
  ['the whole', null], ['the whole', [whole]], ['the whole', 'text'],
  ['name', { ...whole, name: 7 }],
  ['name', { ...whole, name: 'tool\u001b[2J' }],
  ['entry', { ...whole, entry: 'a\nb' }],
  ['lock', { ...whole, lock: undefined }],
  ['minimum', { ...whole, minimum: null }], ['minimum', { ...whole, minimum: { glibc: 2 } }],
  ['commands', { ...whole, commands: {} }], ['commands', { ...whole, commands: [null] }], ['commands', { ...whole, commands: [{ ...command, name: undefined }] }],
  ['layers', { ...whole, layers: 'x' }], ['layers', { ...whole, layers: [{ ...layer, parts: undefined }] }],
  ['layers', { ...whole, layers: [{ ...layer, parts: [{ ...part, size: -1 }] }] }],
  ['layers', { ...whole, layers: [{ ...layer, parts: [{ ...part, size: 2 ** 60 }] }] }],
  ['layers', { ...whole, layers: [{ ...layer, parts: [{ ...part, sha256: 'z'.repeat(64) }] }] }],
  ['layers', { ...whole, layers: [{ ...layer, parts: [{ ...part, id: '\u009b31m' }] }] }],
  ['layers', { ...whole, layers: [{ ...layer, mount: 'elsewhere' }] }],
  ['provenance', { ...whole, provenance: undefined }],
])('refuses what %s must not be', (field, manifest) => {
  const read = () => parseManifest(JSON.stringify(manifest));
  expect(read).toThrow(FormatError);
  expect(read).toThrow(`Reading the manifest, ${field} `);
});

test.each(['', '{', 'NaN', '\0'])('refuses %j, which is no JSON', (text) => {
  expect(() => parseManifest(text)).toThrow(FormatError);
});
