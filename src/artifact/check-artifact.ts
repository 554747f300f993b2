// A file just joined → the same, read back: what was written is what is there.
import { FormatError } from '../formats/format-error';
import type { Artifact } from '../model/artifact';
import { fail, success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import { inspectArtifact } from './inspect-artifact';
import { readZipapp } from './inspect-zipapp';

export async function checkArtifact(artifact: Artifact, reporter: Reporter): Promise<Outcome<Artifact>> {
  reporter.report({ stage: 'check', label: artifact.name, done: 0 });
  const found = artifact.output === 'zipapp' ? await checkZipapp(artifact) : await inspectArtifact(artifact.name, artifact.blob, false);
  return found.ok ? success(artifact) : found;
}

async function checkZipapp({ name, blob }: Artifact): Promise<Outcome<unknown>> {
  try {
    const { entries } = await readZipapp(blob);
    return entries.some((entry) => entry.path === '__main__.py') ? success(entries) : fail('artifact/corrupt', `${name} has no __main__.py.`);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return fail('artifact/corrupt', `Cannot read ${name} back: ${error.message}`);
  }
}
