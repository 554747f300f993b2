// A folder in Python's file system and its build system → the wheel that its PEP 517 backend makes of it.
import { fail, success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { Python } from '../protocol/python';
import type { BuildEnvironment } from './find-build-environment';

export interface BackendContext {
  python: Python;
  reporter: Reporter;
  /** Resolves and fetches build requirements (PEP 508 strings). */
  findEnvironment(requirements: string[]): Promise<Outcome<BuildEnvironment>>;
}

export interface BackendCall {
  root: string;
  backend: string;
  backendPath: string[];
  requires: string[];
  version?: string;
  /** What is built, for people. */
  label: string;
  /** Its name and version, where it is a dependency. */
  dependency?: string;
}

export async function callBackend({ requires, label, ...hook }: BackendCall, context: BackendContext): Promise<Outcome<{ filename: string; bytes: Uint8Array }>> {
  const { python, reporter } = context;
  reporter.report({ stage: 'build', label: `build requirements of ${hook.backend}`, done: 0 });
  let key = await prepareEnvironment(requires, context);
  if (!key.ok) return key;
  const dynamic = await python.call('build_requires', { ...hook, key: key.value });
  if (!dynamic.answer.ok) return dynamic.answer;
  const further = dynamic.answer.value.requires.filter((requirement) => !requires.includes(requirement));
  if (further.length) {
    key = await prepareEnvironment([...requires, ...further], context);
    if (!key.ok) return key;
  }
  if (reporter.signal.aborted) return fail('cancelled', 'The build was cancelled.');
  reporter.report({ stage: 'build', label: `${label} by ${hook.backend}`, done: 0 });
  const { answer, blobs } = await python.call('build_wheel', { ...hook, key: key.value });
  return answer.ok ? success({ filename: answer.value.filename, bytes: blobs[0]! }) : answer;
}

async function prepareEnvironment(requirements: string[], { python, findEnvironment }: BackendContext): Promise<Outcome<string>> {
  const environment = await findEnvironment(requirements);
  if (!environment.ok) return environment;
  const { key, wheels } = environment.value;
  const asked = await python.call('build_environment', { key, wheels: [] });
  if (!asked.answer.ok) return asked.answer;
  if (asked.answer.value.present) return success(key);
  const blobs = await Promise.all(wheels.map(async ({ blob }) => new Uint8Array(await blob.arrayBuffer())));
  const { answer } = await python.call('build_environment', { key, wheels: wheels.map(({ input }) => input) }, blobs);
  return answer.ok ? success(key) : answer;
}
