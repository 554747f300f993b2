// A zip that a person or a code host made → its files.
import { makeByteSource } from '../formats/bytes/byte-source';
import { readMember } from '../formats/zip/read-member';
import { readZip } from '../formats/zip/read-zip';
import type { ProjectFile } from '../model/project';

export async function readProjectZip(blob: Blob): Promise<{ files: ProjectFile[]; notices: string[] }> {
  const source = makeByteSource(blob);
  const entries = await readZip(source, { allowBackslash: true });
  const files: ProjectFile[] = [];
  for (const entry of entries) {
    if (entry.directory) continue;
    files.push({ path: entry.path, bytes: await readMember(source, entry), executable: entry.executable });
  }
  const notices = entries.some((entry) => entry.rawName.includes(0x5c)) ? ['Backslashes in member names were read as folder separators.'] : [];
  return { files, notices };
}
