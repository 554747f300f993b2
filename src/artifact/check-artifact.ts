// A file just joined → the same, read back: what was written is what is there.
import { FormatError } from '../formats/format-error';
import { makeByteSource } from '../formats/bytes/byte-source';
import { readZip } from '../formats/zip/read-zip';
import type { Artifact } from '../model/artifact';
import { fail, success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import { inspectArtifact } from './inspect-artifact';

export async function checkArtifact(artifact: Artifact, reporter: Reporter): Promise<Outcome<Artifact>> {
  reporter.report({ stage: 'check', label: artifact.name, done: 0 });
  const found = artifact.output === 'zipapp' ? await checkZipapp(artifact) : await inspectArtifact(artifact.name, artifact.blob, false);
  return found.ok ? success(artifact) : found;
}

async function checkZipapp({ name, blob }: Artifact): Promise<Outcome<unknown>> {
  try {
    // The line before the archive is the interpreter's; offsets count it.
    const head = await blob.slice(0, 1024).text();
    const prefix = head.startsWith('#!') ? head.indexOf('\n') + 1 : 0;
    const entries = await readZip(makeByteSource(blob), { prefix });
    return entries.some((entry) => entry.path === '__main__.py') ? success(entries) : fail('artifact/corrupt', `${name} has no __main__.py.`);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return fail('artifact/corrupt', `Cannot read ${name} back: ${error.message}`);
  }
}
