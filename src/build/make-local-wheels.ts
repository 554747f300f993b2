// Wheels that came with the project, and folders of it that it depends on → wheels that are preferred to the index, their bytes in the store.
import { fail, success, type Outcome } from '../model/failure';
import { sha256 } from '../formats/bytes/sha256';
import type { GivenFile } from '../model/build-options';
import type { OpenProject } from '../model/project';
import type { Reporter } from '../model/progress';
import { projectRoot, type LocalWheel } from '../protocol/python';
import type { Store } from '../protocol/supply';
import { readWheel } from '../supply/read-wheel';
import { callBackend } from './call-backend';
import { findBuildEnvironment, type EnvironmentContext } from './find-build-environment';

interface LocalsContext extends EnvironmentContext {
  supply: EnvironmentContext['supply'] & { store: Store };
}

/** `notices`: lines for people. */
export interface LocalWheels { wheels: LocalWheel[]; notices: string[] }

export async function makeLocalWheels(open: OpenProject, given: GivenFile[], context: LocalsContext, reporter: Reporter): Promise<Outcome<LocalWheels>> {
  const dropped = await listDropped(open, given);
  if (!dropped.ok) return dropped;
  const made = new Map<string, LocalWheel>();
  for (const { filename, bytes } of dropped.value) {
    const wheel = await describe('dropped', filename, bytes, context);
    if (!wheel.ok) return wheel;
    made.set(wheel.value.sha256, wheel.value);
  }
  const built = await buildFolders(open, context, reporter);
  if (!built.ok) return built;
  return success({ wheels: [...made.values(), ...built.value.wheels], notices: built.value.notices });
}

type Named = { filename: string; bytes: Uint8Array };

/** Those at the project's top, those that it names, and those that a person named. */
async function listDropped({ project, analysis }: OpenProject, given: GivenFile[]): Promise<Outcome<Named[]>> {
  const named = [...analysis.localWheels.map(({ path }) => path), ...(analysis.options.wheels ?? [])];
  const all = [...project.files, ...project.wheels];
  const missing = named.find((path) => !all.some((file) => file.path === path));
  if (missing !== undefined) return fail('project/bad-metadata', `Looking for the wheel ${missing}, which the project names: no such file was dropped.`);
  const own = all.filter((file) => named.includes(file.path) || project.wheels.includes(file)).map(({ path, bytes }) => ({ filename: path.split('/').at(-1)!, bytes }));
  const others = await Promise.all(given.map(async ({ name, blob }) => ({ filename: name, bytes: new Uint8Array(await blob.arrayBuffer()) })));
  return success([...own, ...others]);
}

async function describe(kind: 'dropped' | 'built', filename: string, bytes: Uint8Array, { python, supply }: LocalsContext): Promise<Outcome<LocalWheel>> {
  const input = await readWheel(filename, bytes);
  if (!input.ok) return input;
  const { answer } = await python.call('wheel_metadata', { wheel: input.value }, [bytes]);
  if (!answer.ok) return answer;
  const digest = await sha256(bytes);
  await supply.store.put(`wheels/${digest}`, bytes);
  return success({ filename, url: `${kind}:${filename}`, sha256: digest, size: bytes.length, metadata: withoutPaths(answer.value.metadata) });
}

/** `Requires-Dist: lib @ file:///project/lib`: what lies there is on hand by its name. */
const withoutPaths = (metadata: string): string => metadata.replace(/^(Requires-Dist:\s*[\w.-]+\s*(?:\[[^\]\n]*\])?)\s*@\s*file:\/\/[^;\s]*/gim, '$1');

async function buildFolders({ project, analysis }: OpenProject, context: LocalsContext, reporter: Reporter): Promise<Outcome<LocalWheels>> {
  const built: LocalWheels = { wheels: [], notices: [] };
  for (const { name, kind: _, root, ...system } of analysis.locals) {
    const findEnvironment = (requirements: string[]) => findBuildEnvironment(requirements, context, reporter);
    const folder = root === '' ? projectRoot : `${projectRoot}/${root}`;
    const call = { ...system, files: project.files, top: projectRoot, root: folder, label: name, dependency: name };
    const made = await callBackend(call, { python: context.python, reporter, findEnvironment });
    if (!made.ok) return made;
    const wheel = await describe('built', made.value.filename, made.value.bytes, context);
    if (!wheel.ok) return wheel;
    built.wheels.push(wheel.value);
    built.notices.push(...made.value.notices);
  }
  return success(built);
}
