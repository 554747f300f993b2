// A source distribution (PEP 625: .tar.gz) → its files. Links in it are left out with a line saying so.
import { readGzip } from '../formats/tar/read-gzip';
import { readTar } from '../formats/tar/read-tar';
import { limits } from '../model/limits';
import type { ProjectFile } from '../model/project';

export async function readSdist(blob: Blob): Promise<{ files: ProjectFile[]; notices: string[] }> {
  const tar = await readGzip(new Uint8Array(await blob.arrayBuffer()), limits.total);
  const entries = readTar(tar);
  const files = entries.filter((entry) => entry.kind === 'file').map(({ path, bytes, executable }) => ({ path, bytes, executable }));
  const links = entries.filter((entry) => entry.kind === 'symlink' || entry.kind === 'hardlink');
  return { files, notices: links.map((link) => `Left out ${link.path}: a link.`) };
}
