// The stages in order, and nothing else: project → analysis → app's wheel → resolution → layers → plan → artifact.
import { analyseProject } from './analysis/analyse-project';
import { addProjectIndexes } from './analysis/add-project-indexes';
import { chooseEntry } from './analysis/choose-entry';
import { analyseRequirement, withExtras } from './analysis/analyse-requirement';
import { convertNotebook } from './analysis/convert-notebook';
import { describeEntry } from './analysis/describe-entry';
import { describeUndeclared } from './analysis/describe-undeclared';
import { describeWarnings } from './analysis/describe-warnings';
import { checkArtifact } from './artifact/check-artifact';
import { assemblePlan } from './assembly/assemble-plan';
import { makeLocalWheels } from './build/make-local-wheels';
import { makeSources } from './build/build-sources';
import { makeApp } from './build/make-app';
import { makeIngredients } from './layers/make-ingredients';
import { makeClock, type Clock } from './make-clock';
import type { Analysis } from './model/analysis';
import type { Artifact } from './model/artifact';
import { fail, success, type Outcome } from './model/failure';
import type { GivenFile } from './model/build-options';
import { findInstant, type IndexChoice } from './model/index-choice';
import type { Memory } from './model/memory';
import type { Prepared } from './model/output';
import type { Reporter } from './model/progress';
import type { OpenProject, Source } from './model/project';
import type { Resolution } from './model/resolution';
import type { Target } from './model/target';
import { makePlan } from './plan/make-plan';
import { readGivenIcon } from './plan/read-given-icon';
import { readProject } from './project/read-project';
import type { Answers, BuildRequest, Built } from './protocol/engine';
import type { Python, Question } from './protocol/python';
import type { Index, Supply } from './protocol/supply';
import { choosePython } from './resolution/choose-python';
import { listPythons } from './resolution/list-pythons';
import { findDistribution } from './resolution/find-distribution';
import { resolve } from './resolution/resolve';
import { resolveApp } from './resolution/resolve-app';
import { fetchWheels } from './supply/fetch-wheels';
import { targets as allTargets } from './targets/registry';

/** What a pipeline works with; `memory` makes the next build of the same session quick and may be thrown away at any time. */
export interface Context {
  python: Python;
  supply: Supply;
  memory: Memory;
}

export async function openProject(source: Source, answers: Answers, context: Context, reporter: Reporter): Promise<Outcome<OpenProject>> {
  const read = await readProject(source, reporter);
  const project = read.ok ? await convertNotebook(read.value, context.python) : read;
  if (!project.ok) return project;
  reporter.report({ stage: 'analyse', label: project.value.source, done: 0 });
  const analysis = await (source.kind === 'requirement' ? lookUp(withExtras(source.name, answers.extras), answers, context, reporter) : analyseProject(project.value, answers, context.python));
  return analysis.ok ? success({ project: project.value, analysis: analysis.value }) : analysis;
}

/** What was typed is looked up to know what it is: its name, its version, its commands. */
async function lookUp(requirement: string, answers: Answers, context: Context, reporter: Reporter): Promise<Outcome<Analysis>> {
  const cutOff = readCutOff(answers);
  if (!cutOff.ok) return cutOff;
  const uploadedPriorTo = cutOff.value;
  const index = await context.supply.openIndex(answers);
  if (!index.ok) return index;
  const { supply, sources } = makeTools(context, index.value, uploadedPriorTo, reporter);
  const found = await findDistribution(requirement, [...allTargets], uploadedPriorTo, { ...context, supply, sources }, reporter);
  if (!found.ok) return found;
  const { wheel } = found.value;
  const wheels = await fetchWheels([wheel], index.value, reporter);
  return wheels.ok ? analyseRequirement(requirement, wheel, wheels.value.get(wheel.sha256)!, context.python) : wheels;
}

/** What builds: its requirements are resolved and fetched from the same indexes, and may be no younger. */
function makeTools(context: Context, index: Index, uploadedPriorTo: string | undefined, reporter: Reporter) {
  const supply = { ...context.supply, index };
  const limited = (question: Question): Question => ({ ...question, ...(uploadedPriorTo === undefined ? {} : { uploadedPriorTo }) });
  const tools = { ...context, supply, resolve: (question: Question): Promise<Outcome<Resolution>> => resolve(limited(question), { ...context, supply, sources }, reporter) };
  const sources = makeSources(tools);
  return { ...tools, sources };
}

export async function buildProject(
  { project, analysis }: OpenProject, targets: Target[], request: BuildRequest, context: Context, reporter: Reporter,
): Promise<Outcome<Built>> {
  const clock = makeClock();
  // Looked at first: who gave the wrong file is told so before anything is fetched.
  const icon = await readGivenIcon(request.icon ?? findIcon(project, analysis));
  if (!icon.ok) return icon;
  const cutOff = readCutOff(request);
  if (!cutOff.ok) return cutOff;
  const pythons = await listPythons(targets, request.python, request.everyTarget ?? false, context.supply.runtimes);
  if (!pythons.ok) return pythons;

  const index = await context.supply.openIndex(addProjectIndexes(request, analysis));
  if (!index.ok) return index;

  // Build requirements are resolved and fetched too, but as a part of building.
  const building: Reporter = { signal: reporter.signal, report: (progress) => reporter.report({ ...progress, stage: 'build' }) };
  const tools = makeTools(context, index.value, cutOff.value, building);
  const { supply, sources } = tools;
  const app = await clock.time('build', () => makeApp({ project, analysis }, request.answers, tools, building));
  if (!app.ok) return app;
  const chosen = chooseEntry(analysis, app.value.entries, request.entry);
  if (!chosen.ok) return chosen;

  const locals = await clock.time('build', () => makeLocalWheels({ project, analysis }, request.wheels ?? [], tools, building));
  if (!locals.ok) return locals;
  const known = { project, analysis, app: app.value, locals: locals.value.wheels, request, ...(cutOff.value === undefined ? {} : { uploadedPriorTo: cutOff.value }) };
  const choice = await clock.time('resolve', () => choosePython(pythons.value, targets, (python) => resolveApp({ ...known, ...python }, { ...context, supply, sources }, reporter)));
  if (!choice.ok) return choice;
  const { resolution, runtimes, series: python } = choice.value;
  const refs = resolution.distributions.flatMap(({ wheels }) => Object.values(wheels));
  const wheels = await clock.time('fetch', () => fetchWheels(refs, index.value, reporter));
  if (!wheels.ok) return wheels;

  const { runtimeGroups: groups, shebang, selfCommands } = request;
  const options = { groups, shebang, selfCommands, python, ...(icon.value && { icon: icon.value }) };
  const inputs = { ...known, ...chosen.value, targets: choice.value.targets, runtimes, resolution, wheels: wheels.value, ...options };
  const ingredients = await clock.time('layers', () => makeIngredients(inputs, context, reporter));
  if (!ingredients.ok) return ingredients;
  const plan = await clock.time('plan', () => makePlan(ingredients.value.ingredients, request.outputs, reporter));
  if (!plan.ok) return plan;

  const artifacts = request.assemble ? await makeFiles(plan.value.prepared, clock, reporter) : success([]);
  if (!artifacts.ok) return artifacts;
  const notices = [
    ...project.notices, ...app.value.notices, ...locals.value.notices, ...describeWarnings(analysis), ...describeEntry(analysis, chosen.value, request.entry),
    ...describeUndeclared(analysis, request.requirements, ingredients.value.modules), ...resolution.notices,
    ...ingredients.value.notices, ...plan.value.notices, ...((await index.value.takeNotices?.()) ?? []),
  ];
  return success({ plan: plan.value.plan, resolution, artifacts: artifacts.value, notices, timings: clock.timings });
}

/** In UTC, whatever zone it was given in. */
function readCutOff({ uploadedPriorTo }: IndexChoice): Outcome<string | undefined> {
  const instant = uploadedPriorTo === undefined ? undefined : findInstant(uploadedPriorTo);
  if (uploadedPriorTo === undefined || instant !== undefined) return success(instant);
  return fail('resolution/bad-requirement', `The cut-off date is ${uploadedPriorTo.slice(0, 100)}; a date (2026-01-31) or a time with its zone (2026-01-31T12:00:00Z) is expected, as RFC 3339 has them.`);
}

/** The one that the project's own options name; it is a file of the project. */
function findIcon({ files }: OpenProject['project'], { options }: OpenProject['analysis']): GivenFile | undefined {
  if (options.icon === undefined) return undefined;
  const file = files.find(({ path }) => path === options.icon);
  return { name: options.icon, blob: new Blob(file ? [file.bytes as Uint8Array<ArrayBuffer>] : []) };
}

async function makeFiles(prepared: Prepared[], clock: Clock, reporter: Reporter): Promise<Outcome<Artifact[]>> {
  const artifacts = await clock.time('assemble', () => assemblePlan(prepared, reporter));
  if (!artifacts.ok) return artifacts;
  for (const artifact of artifacts.value) {
    const checked = await clock.time('check', () => checkArtifact(artifact, reporter));
    if (!checked.ok) return checked;
  }
  return artifacts;
}
