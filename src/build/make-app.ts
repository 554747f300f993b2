// Project and Analysis → App: its wheel, built, dropped or laid out, and what the wheel's metadata says.
import { success, type Outcome } from '../model/failure';
import type { App } from '../model/app';
import type { Reporter } from '../model/progress';
import type { OpenProject } from '../model/project';
import type { Answers } from '../protocol/engine';
import { readWheel } from '../supply/read-wheel';
import { bareVersion, buildAppWheel } from './build-app-wheel';
import { findBuildEnvironment, type EnvironmentContext } from './find-build-environment';

export async function makeApp({ project, analysis }: OpenProject, answers: Answers, context: EnvironmentContext, reporter: Reporter): Promise<Outcome<App>> {
  const { python } = context;
  const findEnvironment = (requirements: string[]) => findBuildEnvironment(requirements, context, reporter);
  const wheel = await buildAppWheel(project, analysis, { python, reporter, answers, findEnvironment });
  if (!wheel.ok) return wheel;
  const input = await readWheel(wheel.value.filename, wheel.value.bytes);
  if (!input.ok) return input;
  const { answer } = await python.call('wheel_metadata', { wheel: input.value }, [wheel.value.bytes]);
  if (!answer.ok) return answer;
  const invented = analysis.layout.kind === 'bare' && (answers.version ?? analysis.version) === undefined;
  const notices = invented ? [`${answer.value.name} names no version; ${bareVersion} is used. Give another to change that.`] : [];
  const app = { wheel: wheel.value, ...answer.value, notices: [...wheel.value.notices, ...notices] };
  if (analysis.layout.kind !== 'requirement') return success(app);
  return success({ ...app, name: analysis.name, entries: analysis.entries, metadata: analysis.layout.metadata });
}
