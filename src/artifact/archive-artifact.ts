// An artifact → the same inside a `.tar.gz` with its executable bit set, which a browser's download would lose.
import { writeTarGz } from '../formats/tar/write-tar-gz';
import type { Artifact } from '../model/artifact';
import { success, type Outcome } from '../model/failure';

export async function archiveArtifact({ name, blob }: Artifact): Promise<Outcome<{ name: string; blob: Blob }>> {
  return success({ name: `${name}.tar.gz`, blob: await writeTarGz(name, blob, 0o755) });
}
