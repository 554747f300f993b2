// Project and Analysis → the app's own wheel: dropped, built by its backend, or laid out as it stands.
import { sha256 } from '../formats/bytes/sha256';
import { fail, success, type Outcome } from '../model/failure';
import type { Analysis } from '../model/analysis';
import type { AppWheel } from '../model/app';
import type { Project } from '../model/project';
import type { Reporter } from '../model/progress';
import type { Answers } from '../protocol/engine';
import { projectRoot, type Python } from '../protocol/python';
import type { BuildEnvironment } from './find-build-environment';

interface AppWheelContext {
  python: Python;
  reporter: Reporter;
  answers: Answers;
  /** Resolves and fetches build requirements (PEP 508 strings). */
  findEnvironment(requirements: string[]): Promise<Outcome<BuildEnvironment>>;
}

export async function buildAppWheel(project: Project, analysis: Analysis, context: AppWheelContext): Promise<Outcome<AppWheel>> {
  const { layout } = analysis;
  if (layout.kind === 'wheel') return finish(layout.filename, project.files[0]!.bytes);
  await context.python.put(projectRoot, project.files);
  return layout.kind === 'bare' ? layOut(analysis, layout.root, context) : buildByBackend(analysis, layout, context);
}

async function finish(filename: string, bytes: Uint8Array): Promise<Outcome<AppWheel>> {
  return success({ filename, bytes, sha256: await sha256(bytes) });
}

/** Version of a bare project that has none: said aloud by a notice, never in silence. */
export const bareVersion = '1.0';

async function layOut(analysis: Analysis, root: string, context: AppWheelContext): Promise<Outcome<AppWheel>> {
  const { answer, blobs } = await context.python.call('bare_wheel', {
    root: findFolder(root),
    name: analysis.name,
    version: context.answers.version ?? analysis.version ?? bareVersion,
    requires: analysis.requirements.map(({ requirement }) => requirement),
    ...(analysis.requiresPython === undefined ? {} : { requiresPython: analysis.requiresPython }),
    entries: analysis.entries,
  });
  return answer.ok ? finish(answer.value.filename, blobs[0]!) : answer;
}

async function buildByBackend(
  analysis: Analysis,
  layout: Analysis['layout'] & { kind: 'backend' },
  context: AppWheelContext,
): Promise<Outcome<AppWheel>> {
  const { python, reporter } = context;
  const version = context.answers.version ?? analysis.version;
  const hook = {
    root: findFolder(layout.root), backend: layout.backend, backendPath: layout.backendPath,
    ...(version === undefined ? {} : { version }),
  };
  reporter.report({ stage: 'build', label: `build requirements of ${layout.backend}`, done: 0 });
  let key = await prepareEnvironment(layout.requires, context);
  if (!key.ok) return key;
  const dynamic = await python.call('build_requires', { ...hook, key: key.value });
  if (!dynamic.answer.ok) return dynamic.answer;
  const further = dynamic.answer.value.requires.filter((requirement) => !layout.requires.includes(requirement));
  if (further.length) {
    key = await prepareEnvironment([...layout.requires, ...further], context);
    if (!key.ok) return key;
  }
  if (reporter.signal.aborted) return fail('cancelled', 'The build was cancelled.');
  reporter.report({ stage: 'build', label: `${analysis.name} by ${layout.backend}`, done: 0 });
  const { answer, blobs } = await python.call('build_wheel', { ...hook, key: key.value });
  return answer.ok ? finish(answer.value.filename, blobs[0]!) : answer;
}

async function prepareEnvironment(requirements: string[], { python, findEnvironment }: AppWheelContext): Promise<Outcome<string>> {
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

const findFolder = (folder: string) => (folder === '' || folder === '.' ? projectRoot : `${projectRoot}/${folder}`);
