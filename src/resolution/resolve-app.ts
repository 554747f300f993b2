// The app's requirements, and what people and targets add to them → Resolution for its targets.
import { success, type Outcome } from '../model/failure';
import type { Analysis } from '../model/analysis';
import type { App } from '../model/app';
import type { Reporter } from '../model/progress';
import type { OpenProject } from '../model/project';
import type { Resolution } from '../model/resolution';
import type { RuntimeManifest } from '../model/runtime';
import type { Target } from '../model/target';
import type { BuildRequest } from '../protocol/engine';
import type { GivenLock, LocalWheel, Question } from '../protocol/python';
import { findAdditions } from './find-additions';
import { resolve, type ResolutionContext } from './resolve';

export interface AppInputs extends OpenProject {
  app: App;
  targets: Target[];
  /** By target id. */
  runtimes: Map<string, RuntimeManifest>;
  request: Pick<BuildRequest, 'requirements' | 'overrides' | 'substitutes'>;
  uploadedPriorTo?: string;
  /** Wheels that came with the project, or were built of folders of it. */
  locals: LocalWheel[];
  /** By target id: other Pythons that it could have. */
  alternatives?: Record<string, string[]>;
}

export async function resolveApp(inputs: AppInputs, context: ResolutionContext, reporter: Reporter): Promise<Outcome<Resolution>> {
  const { analysis, app, targets, runtimes, request } = inputs;
  const lock = findLock(inputs);
  const additions = lock ? [] : findAdditions(analysis, targets);
  const question: Question = {
    requirements: [...listOwn(inputs), ...request.requirements.map((requirement) => ({ requirement, origin: 'confirmed by you', hashes: [] })), ...additions],
    constraints: analysis.constraints, targets, local: [...inputs.locals, ...(analysis.chosen.extras.length && analysis.layout.kind !== 'requirement' ? [describeLocal(app)] : [])], preferred: {}, allowPrereleases: false,
    pythons: Object.fromEntries(targets.map(({ id }) => [id, runtimes.get(id)!.python])),
    ...(app.requiresPython === undefined ? {} : { requiresPython: app.requiresPython }),
    ...(request.overrides?.length ? { overrides: request.overrides } : {}), ...(request.substitutes ? { substitutes: request.substitutes } : {}),
    ...(inputs.uploadedPriorTo === undefined ? {} : { uploadedPriorTo: inputs.uploadedPriorTo }),
    ...(inputs.alternatives ? { alternatives: inputs.alternatives } : {}),
    ...(lock ? { lock } : {}),
  };
  const resolution = await resolve(question, context, reporter);
  if (!resolution.ok) return { ok: false, failure: { ...resolution.failure, ...(resolution.failure.coverage && { coverage: withoutApp(resolution.failure.coverage, app) }) } };
  const notices = [...additions.map(({ requirement, origin }) => `${requirement} was added: ${origin}.`), ...describeDropped(inputs.locals, resolution.value), ...resolution.value.notices];
  return success({ ...withoutApp(resolution.value, app), notices });
}

/** The app itself was asked for only to choose its extras; it ships as the project's own layer. */
const withoutApp = (resolution: Resolution, { wheel }: App): Resolution =>
  ({ ...resolution, distributions: resolution.distributions.filter(({ wheels }) => !Object.values(wheels).some(({ sha256 }) => sha256 === wheel.sha256)) });

/** Of wheels that somebody brought people want to know what became of them. */
function describeDropped(locals: LocalWheel[], { distributions }: Resolution): string[] {
  const used = new Set(distributions.flatMap(({ wheels }) => Object.values(wheels).map(({ sha256 }) => sha256)));
  return locals.filter(({ url }) => url.startsWith('dropped:')).map(({ filename, sha256 }) =>
    used.has(sha256) ? `${filename} is the one that came with the project; the index was not asked for it.` : `${filename} came with the project and is not packed: nothing asks for it, or another suits better.`);
}

function findLock({ project, analysis, app }: AppInputs): GivenLock | undefined {
  const file = project.files.find(({ path }) => path === analysis.lock);
  if (!file) return undefined;
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  const { extras, groups } = analysis.chosen;
  const beside = project.files.find(({ path }) => path === `${folder}pyproject.toml`);
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const root = analysis.project.slice(folder.length);
  return { path: file.path, text: decode(file.bytes), project: app.name, root, extras, groups, ...(beside && { pyproject: decode(beside.bytes) }) };
}

function listOwn(inputs: AppInputs): Question['requirements'] {
  const { project, analysis, app } = inputs;
  const places = new Map(analysis.requirements.map((found) => [found.requirement, found]));
  const make = (requirement: string): Question['requirements'][number] => {
    const found = places.get(requirement);
    return { requirement, origin: found ? printPlace(found.place) : app.wheel.filename, hashes: found?.hashes ?? [] };
  };
  const { extras } = analysis.chosen;
  const grouped = analysis.groupRequirements.map(({ requirement, place, hashes }) => ({ requirement, origin: printPlace(place), hashes }));
  if (analysis.layout.kind === 'bare' || analysis.layout.kind === 'requirement') return [...analysis.requirements.map(({ requirement }) => make(requirement)), ...grouped];
  const withExtras = { requirement: `${app.name}[${extras.join(',')}]`, origin: project.source, hashes: [] };
  // A lock holds the app's own requirements, not the app.
  const own = extras.length && analysis.lock === undefined ? [withExtras] : app.requires.map((requirement) => make(withoutPath(requirement, analysis)));
  return [...own, ...listBeside(analysis).map(make), ...grouped];
}

/** A backend may leave requirements to a file beside it; analysis says so with a warning. */
function listBeside({ requirements }: Analysis): string[] {
  return requirements.filter(({ place }) => /\.txt$/.test(place.path)).map(({ requirement }) => requirement);
}

/** Poetry writes where a path dependency lay while it was built: `lib @ file:///project/lib`. */
function withoutPath(requirement: string, { locals, localWheels }: Analysis): string {
  const match = /^([\w.-]+)\s*(\[[^\]]*\])?\s*@\s*file:[^;\s]*\s*(;.*)?$/s.exec(requirement);
  const name = match?.[1]!.toLowerCase().replace(/[-_.]+/g, '-');
  if (!match || ![...locals, ...localWheels].some((one) => one.name === name)) return requirement;
  return `${match[1]}${match[2] ?? ''}${match[3] ? ` ${match[3]}` : ''}`;
}

const printPlace = ({ path, line }: { path: string; line: number }): string => `${path}${line ? `:${line}` : ''}`;

const describeLocal = ({ wheel, metadata }: App): LocalWheel =>
  ({ filename: wheel.filename, url: `built:${wheel.filename}`, sha256: wheel.sha256, size: wheel.bytes.length, metadata });
