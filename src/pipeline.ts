// The stages in order, and nothing else: project → analysis → app's wheel → resolution → layers → plan → artifact.
import { analyseProject, projectRoot } from './analysis/analyse-project';
import { chooseEntry } from './analysis/choose-entry';
import { describeUndeclared } from './analysis/describe-undeclared';
import { checkArtifact } from './artifact/check-artifact';
import { assemblePlan } from './assembly/assemble-plan';
import { bareVersion, buildAppWheel, type AppWheel, type BuildEnvironment } from './build/build-app-wheel';
import { sha256 } from './formats/bytes/sha256';
import { makeIngredients, type IngredientInputs } from './layers/make-ingredients';
import type { Memory } from './layers/memory';
import type { Analysis, Entry } from './model/analysis';
import type { Artifact } from './model/artifact';
import { success, type Outcome } from './model/failure';
import type { Reporter, Stage } from './model/progress';
import type { Project, Source } from './model/project';
import type { Resolution } from './model/resolution';
import type { RuntimeManifest } from './model/runtime';
import type { Target } from './model/target';
import { makePlan } from './plan/make-plan';
import { readProject } from './project/read-project';
import type { Answers, BuildRequest, Built } from './protocol/engine';
import type { Python, ResolveRequest } from './protocol/python';
import type { Supply } from './protocol/supply';
import { resolve } from './resolution/resolve';
import { fetchWheels } from './supply/fetch-wheels';
import { readWheel } from './supply/read-wheel';
import { tabTarget } from './targets/tab/tab';

/** What a pipeline works with; `memory` makes the next build of the same session quick and may be thrown away at any time. */
export interface Context {
  python: Python;
  supply: Supply;
  memory: Memory;
}

export interface OpenProject {
  project: Project;
  analysis: Analysis;
}

export async function openProject(source: Source, answers: Answers, { python }: Context, reporter: Reporter): Promise<Outcome<OpenProject>> {
  const project = await readProject(source, reporter);
  if (!project.ok) return project;
  reporter.report({ stage: 'analyse', label: project.value.source, done: 0 });
  const analysis = await analyseProject(project.value, answers, python);
  return analysis.ok ? success({ project: project.value, analysis: analysis.value }) : analysis;
}

/** The app's wheel and what its metadata says. */
interface App {
  wheel: AppWheel;
  name: string;
  version: string;
  requires: string[];
  requiresPython?: string;
  entries: Entry[];
  metadata: string;
}

export async function buildProject(
  opened: OpenProject, targets: Target[], request: BuildRequest, context: Context, reporter: Reporter,
): Promise<Outcome<Built>> {
  const clock = makeClock();
  const runtimes = await findRuntimes(targets, request.python, context);
  if (!runtimes.ok) return runtimes;
  const app = await clock.time('build', () => makeApp(opened, request, context, reporter));
  if (!app.ok) return app;
  const chosen = chooseEntry(opened.analysis, app.value.entries, request.entry);
  if (!chosen.ok) return chosen;
  const resolution = await clock.time('resolve', () => resolveApp(opened, app.value, targets, runtimes.value, request, context, reporter));
  if (!resolution.ok) return resolution;
  const wheels = resolution.value.distributions.flatMap(({ wheels }) => Object.values(wheels));
  const fetched = await clock.time('fetch', () => fetchWheels(wheels, context.supply.index, reporter));
  if (!fetched.ok) return fetched;
  const inputs: IngredientInputs = {
    analysis: opened.analysis, app: app.value, ...chosen.value, resolution: resolution.value, wheels: fetched.value,
    targets, runtimes: runtimes.value, groups: request.runtimeGroups, shebang: request.shebang, python: request.python,
  };
  const ingredients = await clock.time('layers', () => makeIngredients(inputs, context, reporter));
  if (!ingredients.ok) return ingredients;
  const plan = await clock.time('plan', () => makePlan(ingredients.value.ingredients, request.outputs, reporter));
  if (!plan.ok) return plan;
  const notices = [
    ...opened.project.notices, ...describeVersion(opened, app.value), ...opened.analysis.warnings.map(printWarning), ...describeUndeclared(opened.analysis, request.requirements),
    ...resolution.value.notices, ...ingredients.value.notices, ...plan.value.notices, ...((await context.supply.index.takeNotices?.()) ?? []),
  ];
  const artifacts: Artifact[] = [];
  if (request.assemble) {
    const assembled = await clock.time('assemble', () => assemblePlan(plan.value.prepared, reporter));
    if (!assembled.ok) return assembled;
    for (const artifact of assembled.value) {
      const checked = await clock.time('check', () => checkArtifact(artifact, reporter));
      if (!checked.ok) return checked;
      artifacts.push(checked.value);
    }
  }
  return success({ plan: plan.value.plan, resolution: resolution.value, artifacts, notices, timings: clock.timings });
}

async function findRuntimes(targets: Target[], python: string, { supply }: Context): Promise<Outcome<Map<string, RuntimeManifest>>> {
  const runtimes = new Map<string, RuntimeManifest>();
  for (const target of targets) {
    const manifest = await supply.runtimes.manifest(python, target.id);
    if (!manifest.ok) return manifest;
    runtimes.set(target.id, manifest.value);
  }
  return success(runtimes);
}

async function makeApp({ project, analysis }: OpenProject, { answers }: BuildRequest, context: Context, reporter: Reporter): Promise<Outcome<App>> {
  const { python } = context;
  const findEnvironment = (requirements: string[]) => findBuildEnvironment(requirements, context, reporter);
  const wheel = await buildAppWheel(project, analysis, { root: projectRoot, python, reporter, answers, findEnvironment });
  if (!wheel.ok) return wheel;
  const input = await readWheel(wheel.value.filename, wheel.value.bytes);
  if (!input.ok) return input;
  const { answer } = await python.call('wheel_metadata', { wheel: input.value }, [wheel.value.bytes]);
  return answer.ok ? success({ wheel: wheel.value, ...answer.value }) : answer;
}

/** Build requirements are resolved for the tab, where the backend runs, and fetched like any others. */
async function findBuildEnvironment(requirements: string[], context: Context, reporter: Reporter): Promise<Outcome<BuildEnvironment>> {
  const { python } = await context.python.ready();
  const resolution = await resolveOnce(
    {
      requirements: requirements.map((requirement) => ({ requirement, origin: 'build requirements', hashes: [] })),
      constraints: [], pythons: { [tabTarget.id]: python }, targets: [tabTarget], local: [], preferred: {}, allowPrereleases: false,
    },
    context, reporter,
  );
  if (!resolution.ok) return resolution;
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
  return success({ key: await digestText(refs.map((ref) => ref.sha256).sort().join('\n')), wheels });
}

async function resolveApp(
  { project, analysis }: OpenProject, app: App, targets: Target[], runtimes: Map<string, RuntimeManifest>,
  request: BuildRequest, context: Context, reporter: Reporter,
): Promise<Outcome<Resolution>> {
  const lockFile = analysis.lock === undefined ? undefined : project.files.find((file) => file.path === analysis.lock);
  const places = new Map(analysis.requirements.map((found) => [found.requirement, found]));
  // A backend may leave requirements to a file beside it; analysis says so with a warning.
  const beside = analysis.requirements.filter(({ place }) => /\.txt$/.test(place.path)).map(({ requirement }) => requirement);
  const own = analysis.layout.kind === 'bare' ? analysis.requirements.map(({ requirement }) => requirement) : [...app.requires, ...beside];
  const extras = request.answers.extras ?? [];
  const added = findAdded(analysis, targets, lockFile !== undefined);
  const local = extras.length ? [{ filename: app.wheel.filename, url: `built:${app.wheel.filename}`, sha256: app.wheel.sha256, size: app.wheel.bytes.length, metadata: app.metadata }] : [];
  const requirements: ResolveRequest['requirements'] = [
    ...(extras.length ? [{ requirement: `${app.name}[${extras.join(',')}]`, origin: project.source, hashes: [] }] : own.map((requirement) => {
      const found = places.get(requirement);
      const origin = found ? `${found.place.path}${found.place.line ? `:${found.place.line}` : ''}` : app.wheel.filename;
      return { requirement, origin, hashes: found?.hashes ?? [] };
    })),
    ...request.requirements.map((requirement) => ({ requirement, origin: 'confirmed by you', hashes: [] })),
    ...added,
  ];
  const resolution = await resolveOnce(
    {
      requirements, constraints: analysis.constraints, targets, local, preferred: {}, allowPrereleases: false,
      pythons: Object.fromEntries(targets.map(({ id }) => [id, runtimes.get(id)!.python])),
      ...(app.requiresPython === undefined ? {} : { requiresPython: app.requiresPython }),
      ...(lockFile ? { lock: new TextDecoder().decode(lockFile.bytes) } : {}),
    },
    context, reporter,
  );
  if (!resolution.ok) return resolution;
  // The app itself was asked for only to choose its extras; it ships as the project's own layer.
  const distributions = resolution.value.distributions.filter(({ wheels }) => !Object.values(wheels).some(({ url }) => url.startsWith('built:')));
  const notices = [...added.map(({ requirement, origin }) => `${requirement} was added: ${origin}.`), ...resolution.value.notices];
  return success({ ...resolution.value, distributions, notices });
}

/** Windows has no time zone database; the documentation of zoneinfo names this first-party package for it. */
function findAdded({ stdlib, requirements }: Analysis, targets: Target[], locked: boolean): ResolveRequest['requirements'] {
  const wanted = stdlib.includes('zoneinfo') && targets.some(({ os }) => os === 'windows') && !requirements.some(({ requirement }) => /^tzdata\b/i.test(requirement));
  return wanted && !locked ? [{ requirement: 'tzdata; sys_platform == "win32"', origin: 'the app imports zoneinfo, and Windows has no time zone database', hashes: [] }] : [];
}

/** The same question again is answered from memory: nothing about it has changed within a session. */
async function resolveOnce(request: Omit<ResolveRequest, 'answers' | 'session'>, context: Context, reporter: Reporter): Promise<Outcome<Resolution>> {
  const key = JSON.stringify(request);
  const kept = context.memory.resolutions.get(key);
  if (kept) return success(kept);
  const resolution = await resolve(request, context.python, context.supply.index, reporter);
  if (resolution.ok) context.memory.resolutions.set(key, resolution.value);
  return resolution;
}

const digestText = (text: string) => sha256(new TextEncoder().encode(text));

function describeVersion({ analysis }: OpenProject, app: App): string[] {
  if (analysis.layout.kind !== 'bare' || analysis.version !== undefined) return [];
  return [`${app.name} names no version; ${bareVersion} is used. Give another to change that.`];
}

const printWarning = ({ message, place }: Analysis['warnings'][number]) =>
  place ? `${place.path}${place.line ? `:${place.line}` : ''}: ${message}` : message;

function makeClock() {
  const timings: Partial<Record<Stage, number>> = {};
  return {
    timings: timings as Record<string, number>,
    async time<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
      const start = performance.now();
      try {
        return await work();
      } finally {
        timings[stage] = (timings[stage] ?? 0) + performance.now() - start;
      }
    },
  };
}
