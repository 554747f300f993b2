// A source archive (PEP 625, or a .zip of before it) → its files, the folder that wraps them taken off.
import { makeByteSource } from '../formats/bytes/byte-source';
import { limits } from '../model/limits';
import { readGzip } from '../formats/tar/read-gzip';
import { readTar } from '../formats/tar/read-tar';
import { readMember } from '../formats/zip/read-member';
import { readZip } from '../formats/zip/read-zip';

interface SourceFile { path: string; bytes: Uint8Array }

export async function readSourceArchive(filename: string, blob: Blob): Promise<SourceFile[]> {
  const files = filename.endsWith('.zip') ? await readZipped(blob) : readTarred(new Uint8Array(await blob.arrayBuffer()));
  const top = `${files[0]?.path.split('/')[0]}/`;
  return files.every(({ path }) => path.startsWith(top)) ? files.map(({ path, bytes }) => ({ path: path.slice(top.length), bytes })) : files;
}

const readTarred = (bytes: Uint8Array): SourceFile[] =>
  readTar(readGzip(bytes, limits.total)).filter(({ kind }) => kind === 'file').map(({ path, bytes }) => ({ path, bytes }));

async function readZipped(blob: Blob): Promise<SourceFile[]> {
  const source = makeByteSource(blob);
  const files: SourceFile[] = [];
  for (const entry of await readZip(source, { allowBackslash: true })) {
    if (!entry.directory) files.push({ path: entry.path, bytes: await readMember(source, entry) });
  }
  return files;
}
