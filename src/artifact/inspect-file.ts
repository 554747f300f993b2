// Any file → what was packed in it: an executable or a zipapp, each told by its own reader.
import type { Outcome } from '../model/failure';
import { inspectArtifact, type Inspection } from './inspect-artifact';
import { inspectZipapp, isZip, type ZipappInspection } from './inspect-zipapp';

export async function inspectFile(name: string, blob: Blob): Promise<Outcome<Inspection | ZipappInspection>> {
  return (await isZip(blob)) ? inspectZipapp(name, blob) : inspectArtifact(name, blob, true);
}
