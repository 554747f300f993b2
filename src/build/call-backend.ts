// A project's files and its build system → the wheel that its PEP 517 backend makes of them, in an interpreter of its own.
import { fail, success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { HookRequest, Python } from '../protocol/python';
import { isListOf, isText } from '../supply/check-shape';
import type { BuildEnvironment } from './find-build-environment';
import { openBuilder, type Builder } from './open-builder';

export interface BackendContext {
  python: Python;
  reporter: Reporter;
  /** Resolves and fetches build requirements (PEP 508 strings). */
  findEnvironment(requirements: string[]): Promise<Outcome<BuildEnvironment>>;
  /** Milliseconds that a hook may take. */
  hookLimit?: number;
}

export interface BackendCall {
  /** All that lies in `top`, a folder of the interpreter's file system; the project is `root`, there or below. */
  files: { path: string; bytes: Uint8Array }[];
  top: string;
  root: string;
  backend: string;
  backendPath: string[];
  requires: string[];
  /** Nothing runs: its rules are followed by our own code. */
  byRules?: boolean;
  version?: string;
  /** What is built, for people. */
  label: string;
  /** Its name and version, where it is a dependency. */
  dependency?: string;
}

/** `notices`: lines for people. */
export interface BuiltWheel { filename: string; bytes: Uint8Array; notices: string[] }

export async function callBackend(call: BackendCall, context: BackendContext): Promise<Outcome<BuiltWheel>> {
  if (call.byRules) return followRules(call, context.python);
  // It starts while the build requirements are resolved and fetched.
  const builder = openBuilder(context.python, call, context.hookLimit);
  try {
    return await runBackend(call, builder, context);
  } finally {
    builder.end();
  }
}

async function followRules(call: BackendCall, python: Python): Promise<Outcome<BuiltWheel>> {
  await python.put(call.top, call.files);
  const { answer, blobs } = await python.call('build_wheel', makeHook(call, ''));
  return answer.ok ? success({ filename: answer.value.filename, bytes: blobs[0]!, notices: [] }) : answer;
}

function makeHook({ root, backend, backendPath, version, dependency }: BackendCall, key: string): HookRequest {
  return { root, key, backend, backendPath, ...(version === undefined ? {} : { version }), ...(dependency === undefined ? {} : { dependency }) };
}

async function runBackend(call: BackendCall, builder: Builder, context: BackendContext): Promise<Outcome<BuiltWheel>> {
  const { requires, label, backend } = call;
  const { reporter } = context;
  reporter.report({ stage: 'build', label: `build requirements of ${backend}`, done: 0 });
  const [filled, first] = await Promise.all([builder.put(call.top, call.files), prepareEnvironment(requires, builder, context)]);
  if (!filled.ok) return filled;
  if (!first.ok) return first;
  const dynamic = await askRequirements(makeHook(call, first.value), builder);
  if (!dynamic.ok) return dynamic;
  const further = dynamic.value.filter((requirement) => !requires.includes(requirement));
  const key = further.length ? await prepareEnvironment([...requires, ...further], builder, context) : first;
  if (!key.ok) return key;
  if (reporter.signal.aborted) return fail('cancelled', 'The build was cancelled.');
  reporter.report({ stage: 'build', label: `${label} by ${backend}`, done: 0 });
  return makeWheel(makeHook(call, key.value), builder);
}

async function prepareEnvironment(requirements: string[], builder: Builder, { findEnvironment }: BackendContext): Promise<Outcome<string>> {
  const environment = await findEnvironment(requirements);
  if (!environment.ok) return environment;
  const { key, wheels } = environment.value;
  const blobs = await Promise.all(wheels.map(async ({ blob }) => new Uint8Array(await blob.arrayBuffer())));
  const made = await builder.call('build_environment', { key, wheels: wheels.map(({ input }) => input) }, blobs);
  return made.ok ? success(key) : made;
}

async function askRequirements(hook: HookRequest, builder: Builder): Promise<Outcome<string[]>> {
  const asked = await builder.call('build_requires', hook);
  if (!asked.ok) return asked;
  const { requires } = asked.value.value;
  return isListOf(isText)(requires) ? success(requires) : builder.refuse('its list of build requirements cannot be read');
}

async function makeWheel(hook: HookRequest, builder: Builder): Promise<Outcome<BuiltWheel>> {
  const built = await builder.call('build_wheel', hook);
  if (!built.ok) return built;
  const { value: { filename, notices }, blobs: [bytes] } = built.value;
  return isText(filename) && isListOf(isText)(notices) && bytes instanceof Uint8Array ? success({ filename, bytes, notices }) : builder.refuse('its wheel cannot be read');
}
