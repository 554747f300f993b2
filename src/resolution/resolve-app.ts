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
import type { LocalWheel, Question } from '../protocol/python';
import { findAdditions } from './find-additions';
import { resolve, type ResolutionContext } from './resolve';

export interface AppInputs extends OpenProject {
  app: App;
  targets: Target[];
  /** By target id. */
  runtimes: Map<string, RuntimeManifest>;
  request: Pick<BuildRequest, 'answers' | 'requirements' | 'overrides' | 'substitutes'>;
  /** By target id: other Pythons that it could have. */
  alternatives?: Record<string, string[]>;
}

export async function resolveApp(inputs: AppInputs, context: ResolutionContext, reporter: Reporter): Promise<Outcome<Resolution>> {
  const { project, analysis, app, targets, runtimes, request } = inputs;
  const lock = analysis.lock === undefined ? undefined : project.files.find((file) => file.path === analysis.lock);
  const additions = lock ? [] : findAdditions(analysis, targets);
  const question: Question = {
    requirements: [...listOwn(inputs), ...request.requirements.map((requirement) => ({ requirement, origin: 'confirmed by you', hashes: [] })), ...additions],
    constraints: analysis.constraints, targets, local: request.answers.extras?.length ? [describeLocal(app)] : [], preferred: {}, allowPrereleases: false,
    pythons: Object.fromEntries(targets.map(({ id }) => [id, runtimes.get(id)!.python])),
    ...(app.requiresPython === undefined ? {} : { requiresPython: app.requiresPython }),
    ...(request.overrides?.length ? { overrides: request.overrides } : {}), ...(request.substitutes ? { substitutes: request.substitutes } : {}),
    ...(inputs.alternatives ? { alternatives: inputs.alternatives } : {}),
    ...(lock ? { lock: new TextDecoder().decode(lock.bytes) } : {}),
  };
  const resolution = await resolve(question, context, reporter);
  if (!resolution.ok) return { ok: false, failure: { ...resolution.failure, ...(resolution.failure.coverage && { coverage: withoutApp(resolution.failure.coverage) }) } };
  const notices = [...additions.map(({ requirement, origin }) => `${requirement} was added: ${origin}.`), ...resolution.value.notices];
  return success({ ...withoutApp(resolution.value), notices });
}

/** The app itself was asked for only to choose its extras; it ships as the project's own layer. */
const withoutApp = (resolution: Resolution): Resolution =>
  ({ ...resolution, distributions: resolution.distributions.filter(({ wheels }) => !Object.values(wheels).some(({ url, built }) => url.startsWith('built:') && !built)) });

function listOwn({ project, analysis, app, request }: AppInputs): Question['requirements'] {
  const places = new Map(analysis.requirements.map((found) => [found.requirement, found]));
  const make = (requirement: string): Question['requirements'][number] => {
    const found = places.get(requirement);
    return { requirement, origin: found ? printPlace(found.place) : app.wheel.filename, hashes: found?.hashes ?? [] };
  };
  const extras = request.answers.extras ?? [];
  if (analysis.layout.kind === 'bare') return analysis.requirements.map(({ requirement }) => make(requirement));
  const withExtras = { requirement: `${app.name}[${extras.join(',')}]`, origin: project.source, hashes: [] };
  return [...(extras.length ? [withExtras] : app.requires.map(make)), ...listBeside(analysis).map(make)];
}

/** A backend may leave requirements to a file beside it; analysis says so with a warning. */
function listBeside({ requirements }: Analysis): string[] {
  return requirements.filter(({ place }) => /\.txt$/.test(place.path)).map(({ requirement }) => requirement);
}

const printPlace = ({ path, line }: { path: string; line: number }): string => `${path}${line ? `:${line}` : ''}`;

const describeLocal = ({ wheel, metadata }: App): LocalWheel =>
  ({ filename: wheel.filename, url: `built:${wheel.filename}`, sha256: wheel.sha256, size: wheel.bytes.length, metadata });
