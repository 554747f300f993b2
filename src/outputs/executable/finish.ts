// What a platform's executable format asks for before and after the parts are joined.
import { prepareMacho } from '../../formats/macho/prepare-macho';
import { measureSignedMacho, signMacho } from '../../formats/macho/sign-macho';
import { preparePe } from '../../formats/pe/prepare-pe';
import type { PeResources } from '../../formats/pe/write-resources';
import type { Prepared } from '../../model/output';
import type { Target } from '../../model/target';

type Executable = Target['executable'];

/** The launcher as it will stand at the file's start, its locator not yet patched. `resources`: where the format has them. */
export async function prepareLauncher(executable: Executable, launcher: Uint8Array, windowed: boolean, resources?: PeResources): Promise<Uint8Array> {
  if (executable === 'macho') return prepareMacho(launcher);
  if (executable !== 'pe') return launcher;
  const described = resources ? await describeItself(launcher, resources) : launcher;
  return preparePe(described, windowed ? 'windowed' : 'console');
}

/** What edits resources is large, and for Windows only. */
async function describeItself(launcher: Uint8Array, resources: PeResources): Promise<Uint8Array> {
  const { writeResources } = await import('../../formats/pe/write-resources');
  return writeResources(launcher, resources);
}

/** Size of the finished file whose locator's copy ends at `end`. */
export function measureExecutable(executable: Executable, launcher: Uint8Array, end: number, name: string): number {
  if (executable === 'macho') return measureSignedMacho(launcher, end, name);
  return executable === 'pe' ? end + (-end & 7) : end;
}

/** `ids`: the parts in file order, the launcher first. */
export async function joinExecutable(executable: Executable, { bytes, pages }: Prepared, ids: string[], name: string): Promise<Blob> {
  const parts = ids.map((id) => bytes.get(id)! as Blob | Uint8Array<ArrayBuffer>);
  if (executable === 'elf') return new Blob(parts);
  if (executable === 'pe') {
    const end = parts.reduce((sum, part) => sum + (part instanceof Blob ? part.size : part.length), 0);
    return new Blob([...parts, new Uint8Array(-end & 7)]);
  }
  const payload = parts.slice(1).map((data, index) => {
    const digests = pages?.get(ids[index + 1]!);
    return digests ? { data, pages: digests } : { data };
  });
  const { launcher, tail } = await signMacho(parts[0] as Uint8Array, payload, name);
  return new Blob([launcher, ...parts.slice(1), tail]);
}
