// Wheels for tests, small or with enough in them that their tail is worth a range.
import { createHash } from 'node:crypto';
import { writeZip } from '../../../src/formats/zip/write-zip';

export interface TestWheel { filename: string; bytes: Uint8Array; sha256: string; metadata: string }

export async function makeWheel(name: string, version: string, { filler = 0, requires = [] as string[] } = {}): Promise<TestWheel> {
  const metadata = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`, ...requires.map((one) => `Requires-Dist: ${one}`), '', ''].join('\n');
  const text = (path: string, content: string) => ({ path, bytes: new TextEncoder().encode(content) });
  const files = [
    { path: `${name}/filler.bin`, bytes: makeFiller(filler), stored: true },
    text(`${name}-${version}.dist-info/METADATA`, metadata),
    text(`${name}-${version}.dist-info/WHEEL`, 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
  ];
  const record = files.map(({ path, bytes }) => `${path},sha256=${createHash('sha256').update(bytes).digest('base64url')},${bytes.length}\n`);
  const { parts } = await writeZip([...files, text(`${name}-${version}.dist-info/RECORD`, `${record.join('')}${name}-${version}.dist-info/RECORD,,\n`)]);
  const bytes = new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
  return { filename: `${name}-${version}-py3-none-any.whl`, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), metadata };
}

function makeFiller(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (at * 2654435761) >>> 24);
}
