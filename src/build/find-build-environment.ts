// Build requirements → the wheels that a backend runs with: resolved for the tab, where it runs, and fetched like any others.
import { sha256 } from '../formats/bytes/sha256';
import { success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { Resolution } from '../model/resolution';
import type { Python, Question, WheelInput } from '../protocol/python';
import type { Index } from '../protocol/supply';
import { fetchWheels } from '../supply/fetch-wheels';
import { readWheel } from '../supply/read-wheel';
import { tabTarget } from '../targets/tab/tab';

/** Wheels that were resolved and fetched for these requirements. `key` names the environment in the Python worker. */
export interface BuildEnvironment {
  key: string;
  wheels: { input: WheelInput; blob: Blob }[];
}

export interface EnvironmentContext {
  python: Python;
  supply: { index: Index };
  resolve(question: Question): Promise<Outcome<Resolution>>;
}

export async function findBuildEnvironment(requirements: string[], context: EnvironmentContext, reporter: Reporter): Promise<Outcome<BuildEnvironment>> {
  const { python } = await context.python.ready();
  const resolution = await context.resolve({
    requirements: requirements.map((requirement) => ({ requirement, origin: 'build requirements', hashes: [] })),
    constraints: [], pythons: { [tabTarget.id]: python }, targets: [tabTarget], local: [], preferred: {}, allowPrereleases: false,
  });
  // People choose nothing about the tab: its gaps are no matter of theirs.
  if (!resolution.ok) return { ok: false, failure: { ...resolution.failure, coverage: undefined } };
  const refs = resolution.value.distributions.map(({ wheels }) => wheels[tabTarget.id]!);
  const blobs = await fetchWheels(refs, context.supply.index, reporter);
  if (!blobs.ok) return blobs;
  const wheels: BuildEnvironment['wheels'] = [];
  for (const ref of refs) {
    const blob = blobs.value.get(ref.sha256)!;
    const input = await readWheel(ref.filename, new Uint8Array(await blob.arrayBuffer()));
    if (!input.ok) return input;
    wheels.push({ input: input.value, blob });
  }
  return success({ key: await makeKey(refs), wheels });
}

const makeKey = (refs: { sha256: string }[]) => sha256(new TextEncoder().encode(refs.map((ref) => ref.sha256).sort().join('\n')));
