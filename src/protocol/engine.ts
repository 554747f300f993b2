// The contract between a door (page, widget, CLI) and the engine: open a project, build it, cancel. Plain data and Blobs cross.
import type { Analysis } from '../model/analysis';
import type { Artifact } from '../model/artifact';
import type { BuildOptions } from '../model/build-options';
import type { Outcome } from '../model/failure';
import type { IndexChoice } from '../model/index-choice';
import type { NetworkReport } from '../model/network';
import type { Plan } from '../model/plan';
import type { Progress } from '../model/progress';
import type { Project, Source } from '../model/project';
import type { Resolution } from '../model/resolution';

/** What a person may say about a project before it is analysed; each is asked for by a failure `project/needs-answer` when it cannot be found; and where a requirement that was typed is looked up. */
export interface Answers extends IndexChoice {
  name?: string;
  version?: string;
  /** Extras and dependency groups of the project to include; undefined: what its own options say. */
  extras?: string[];
  groups?: string[];
  /** Path of the lock that counts; empty: none; undefined: as the project's options say, or the likeliest. */
  lock?: string;
  /** Folder of the one to pack, where several projects were dropped. */
  project?: string;
  /** Limits that are to be others than the table of model/limits.ts says; they win over those of the project's options. */
  limits?: Record<string, number>;
}

/** A project that was read and analysed, without its bytes; the engine keeps those under `id`. */
export interface Opened {
  id: string;
  kind: Project['kind'];
  source: string;
  files: { path: string; size: number }[];
  analysis: Analysis;
  notices: string[];
}

export interface BuildRequest extends BuildOptions {
  id: string;
  answers: Answers;
  /** False: stop at the plan. */
  assemble: boolean;
}

export interface Built {
  plan: Plan;
  resolution: Resolution;
  artifacts: Artifact[];
  /** Lines for people, of all stages. */
  notices: string[];
  /** Milliseconds by stage. */
  timings: Record<string, number>;
}

/** What can be chosen. */
export interface Choices {
  targets: { id: string; label: string; os: string }[];
  outputs: { id: string; label: string; description: string }[];
  /** Series, and for which targets a runtime is at hand; the first is the default. */
  pythons: { series: string; python: string; targets: string[] }[];
}

export interface Engine {
  /** Resolves when Python is up. */
  ready(): Promise<{ python: string; boot: string; milliseconds: number }>;
  choices(): Promise<Outcome<Choices>>;
  open(source: Source, answers: Answers, report: (progress: Progress) => void): Promise<Outcome<Opened>>;
  build(request: BuildRequest, report: (progress: Progress) => void): Promise<Outcome<Built>>;
  /** `<name>.tar.gz` of an artifact, its executable bit set: a browser's download loses it. */
  archive(artifact: Artifact): Promise<Outcome<{ name: string; blob: Blob }>>;
  /** What was asked of the network since a project was last opened; of failed builds, too. */
  network(): Promise<NetworkReport>;
  /** Ends what is running; its call gives the failure `cancelled`. */
  cancel(): Promise<void>;
  /** Forgets a project's bytes. */
  close(id: string): Promise<void>;
}
