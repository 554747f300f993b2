// Project and Analysis → the app's own wheel: dropped, built by its backend, or laid out as it stands.
import { sha256 } from '../formats/bytes/sha256';
import { success, type Outcome } from '../model/failure';
import type { Analysis } from '../model/analysis';
import type { AppWheel } from '../model/app';
import type { Project } from '../model/project';
import type { Answers } from '../protocol/engine';
import { projectRoot } from '../protocol/python';
import { callBackend, type BackendContext } from './call-backend';

interface AppWheelContext extends BackendContext {
  answers: Answers;
}

export async function buildAppWheel(project: Project, analysis: Analysis, context: AppWheelContext): Promise<Outcome<AppWheel>> {
  const { layout } = analysis;
  if (layout.kind === 'wheel') return finish(layout.filename, project.files[0]!.bytes);
  if (layout.kind === 'backend') return buildByBackend(project, analysis, layout, context);
  await context.python.put(projectRoot, project.files);
  if (layout.kind === 'requirement') return layOut({ ...analysis, name: shellName(analysis.name), entries: [] }, '', context);
  return layOut(analysis, layout.root, context);
}

/** The app is a distribution in `site`; what lies in `app` only says so, and must not pass for it. */
const shellName = (name: string) => `terrarium-${name}`;

async function finish(filename: string, bytes: Uint8Array, notices: string[] = []): Promise<Outcome<AppWheel>> {
  return success({ filename, bytes, sha256: await sha256(bytes), notices });
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
    entries: analysis.entries, empty: analysis.layout.kind === 'requirement',
  });
  return answer.ok ? finish(answer.value.filename, blobs[0]!) : answer;
}

async function buildByBackend(
  { files }: Project,
  analysis: Analysis,
  layout: Analysis['layout'] & { kind: 'backend' },
  context: AppWheelContext,
): Promise<Outcome<AppWheel>> {
  const version = context.answers.version ?? analysis.version;
  const { kind: _, root, ...system } = layout;
  const call = { ...system, files, top: projectRoot, root: findFolder(root), label: analysis.name, ...(version === undefined ? {} : { version }) };
  const built = await callBackend(call, context);
  return built.ok ? finish(built.value.filename, built.value.bytes, built.value.notices) : built;
}

const findFolder = (folder: string) => (folder === '' || folder === '.' ? projectRoot : `${projectRoot}/${folder}`);
