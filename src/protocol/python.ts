// The contract between the engine and Python: verbs, what each takes and gives. JSON crosses, bytes as separate buffers.
// The other side of it is workers/python/terrarium/door.py.
import type { Analysis } from '../model/analysis';
import type { Failure, Outcome } from '../model/failure';
import type { ZipappMainOptions } from '../model/ingredients';
import type { MemberSpan } from '../model/member-span';
import type { Resolution } from '../model/resolution';
import type { Target } from '../model/target';

/** Where the worker's file system holds the project; `put` fills it. */
export const projectRoot = '/project';

export interface WheelInput {
  filename: string;
  /** Members in central directory order; the wheel's bytes are the blob of the same call. */
  members: MemberSpan[];
}

/** What the resolver lacks; the engine fetches all of a round at once and calls again. */
export type Want =
  | { kind: 'listing'; name: string }
  | { kind: 'metadata'; url: string; filename: string; sha256?: string; size?: number; metadataSha256?: string }
  /** Metadata of what a source archive builds. */
  | { kind: 'source'; url: string; filename: string; sha256: string; size?: number };

/** An answer to a Want. The body is the blob at `blob`; absent means that it does not exist (404) or could not be had. */
export interface Answer {
  want: Want;
  blob?: number;
  /** listing only: where it was read from, and its Content-Type. */
  url?: string;
  contentType?: string;
  /** listing only: the index's own address. */
  index?: string;
  problem?: { code: string; message: string; notes: string[] };
}

/** A wheel that is on hand and preferred to the index: dropped beside the project, or the app's own. */
export interface LocalWheel {
  filename: string;
  url: string;
  sha256: string;
  size: number;
  metadata: string;
}

export interface GivenLock {
  path: string;
  text: string;
  /** The app's name, and its folder relative to the lock's. */
  project: string;
  root: string;
  extras: string[];
  groups: string[];
  /** Text of the pyproject.toml beside it. */
  pyproject?: string;
}

export interface ResolveRequest {
  /** Same session: parsed answers are kept by it between rounds. A new id starts afresh. */
  session: string;
  requirements: { requirement: string; origin: string; hashes: string[] }[];
  constraints: string[];
  /** Full version of the Python that runs the app, per target: `{'linux-x86_64': '3.14.6'}`. */
  pythons: Record<string, string>;
  targets: Target[];
  local: LocalWheel[];
  /** Versions to prefer, by normalised name (an earlier lock). */
  preferred: Record<string, string>;
  allowPrereleases: boolean;
  /** The project's own; a target whose Python it excludes is a failure. */
  requiresPython?: string;
  /** Requirements, perhaps with a marker, that count in place of what anybody asks of those distributions. */
  overrides?: string[];
  /** By name: another distribution in its place. */
  substitutes?: Record<string, string>;
  /** Other Pythons (full versions) that a target could have: named where they would close a gap. */
  alternatives?: Record<string, string[]>;
  /** ISO 8601, UTC: files that were uploaded then or later do not exist. */
  uploadedPriorTo?: string;
  /** The project's own lock: used as it is. */
  lock?: GivenLock;
  answers: Answer[];
}

/** What is asked of a resolution, without what its rounds add. */
export type Question = Omit<ResolveRequest, 'answers' | 'session'>;

/** A PEP 517 hook to be called in `root` with the environment `key`. `dependency`: its name and version, where it is not the project. */
export interface HookRequest {
  root: string;
  key: string;
  backend: string;
  backendPath: string[];
  version?: string;
  dependency?: string;
}

export interface Verbs {
  /** `root`: a folder of the worker's file system, filled by `put`. */
  analyse: {
    request: { root: string; source: string; kind: string; name?: string; version?: string; extras?: string[]; groups?: string[]; lock?: string; project?: string };
    answer: Outcome<Analysis>;
  };
  /** A Jupyter notebook (blob 0) → a script of its code cells; `notices` are lines for people. */
  notebook: { request: { path: string }; answer: Outcome<{ text: string; notices: string[] }> };
  /** `wheel` projects, and the app's own built wheel: its metadata. The wheel is blob 0. */
  wheel_metadata: {
    request: { wheel: WheelInput };
    answer: Outcome<{ name: string; version: string; requires: string[]; requiresPython?: string; extras: string[]; entries: Analysis['entries']; metadata: string; pure: boolean }>;
  };
  resolve: {
    request: ResolveRequest;
    answer: Outcome<{ state: 'missing'; wants: Want[] } | { state: 'done'; resolution: Resolution } | { state: 'incomplete'; resolution: Resolution; failure: Failure }>;
  };
  /** How an unpacked source archive is built, and its metadata where no build can change it (PEP 643). */
  source_layout: { request: { root: string }; answer: Outcome<{ backend: string; backendPath: string[]; requires: string[]; byRules?: boolean; metadata?: string }> };
  /** Unpacks the wheels of a build environment (blobs, in order) into a folder kept by `key`. */
  build_environment: { request: { key: string; wheels: WheelInput[] }; answer: Outcome<Record<string, never>> };
  /** PEP 517 get_requires_for_build_wheel. The backend runs in the interpreter that is asked: a spawned one. */
  build_requires: {
    request: HookRequest;
    answer: Outcome<{ requires: string[] }>;
  };
  /** PEP 517 build_wheel, likewise. Blob 0 of the answer is the wheel; `notices` are lines for people. */
  build_wheel: {
    request: HookRequest;
    answer: Outcome<{ filename: string; log: string; notices: string[] }>;
  };
  /** A wheel of a bare project: its files as they stand (`empty`: there may be none), and a dist-info. Blob 0 of the answer is the wheel. */
  bare_wheel: {
    request: { root: string; name: string; version: string; requires: string[]; requiresPython?: string; entries: Analysis['entries']; empty: boolean };
    answer: Outcome<{ filename: string }>;
  };
  /**
   * One wheel (blob 0) as one zstd frame of tar members (answer's blob 0), laid out as an installer would:
   * RECORD checked against the files, `.data` schemes resolved, INSTALLER and RECORD written, byte code compiled ahead
   * (unchecked hash) when `compile`. `prefix` is `site-packages` for dependencies, `app` for the app's own. `omit`: paths in the app's folder
   * that another wheel brings. `placed`: RECORD's hash by path in the app's folder.
   */
  wheel_layer: {
    request: { wheel: WheelInput; prefix: 'site-packages' | 'app'; python: string; compile: boolean; omit?: string[] };
    answer: Outcome<{ files: number; unpacked: number; native: string[]; pth: string[]; tkinter: boolean; fileUses: string[]; warnings: string[]; placed: Record<string, string> }>;
  };
  /** Given files (blobs, in order) as one zstd frame of tar members; `end` adds the closing blocks. Used for boot.py and the `._pth`. */
  files_layer: {
    request: { files: { path: string; executable: boolean }[]; end: boolean };
    answer: Outcome<{ files: number; unpacked: number }>;
  };
  /** Text of boot.py for these entries, and of self.py; with `compile` also boot.pyc (blob 0), which boot.py then runs. `pthSite`: some wheel brought `.pth` files, which then are read as `site` would. */
  boot: {
    request: { name: string; commands: Analysis['entries']; preferred: string; pthSite: boolean; compile: boolean };
    answer: Outcome<{ text: string; self: string }>;
  };
  /** Text of a zipapp's `__main__.py`. */
  zipapp_main: {
    request: { name: string; commands: Analysis['entries']; preferred: string; options: ZipappMainOptions };
    answer: Outcome<{ text: string }>;
  };
}
export type Verb = keyof Verbs;

/** A Python interpreter in a thread of its own. */
export interface PythonInterpreter {
  /** Resolves when the interpreter is up; says how it was started. */
  ready(): Promise<{ python: string; boot: 'snapshot' | 'ordinary'; milliseconds: number; code: string }>;
  /** Replaces a folder of the worker's file system by these files. The buffers are copied; the caller keeps them. */
  put(folder: string, files: { path: string; bytes: Uint8Array }[]): Promise<void>;
  /** Calls a verb. Blobs in are copied (or, as a Blob, read there) and stay the caller's; blobs out are the caller's. Throws only on a bug. */
  call<V extends Verb>(verb: V, request: Verbs[V]['request'], blobs?: (Uint8Array | Blob)[]): Promise<{ answer: Verbs[V]['answer']; blobs: Uint8Array[] }>;
  /** Ends the interpreter at once; pending calls reject with `Cancelled`. */
  terminate(): void;
}

/** The engine's hold on Python: one interpreter that keeps folders and sessions, a second to help, and others for code that is not ours. */
export interface Python extends PythonInterpreter {
  /** A fresh interpreter, for one build: backends run in such a one and nowhere else. It starts at once; the caller ends it. */
  spawn(): PythonInterpreter;
  /** Like call, on a second interpreter that runs beside: for verbs that need no folder, session or build environment. */
  assist<V extends Verb>(verb: V, request: Verbs[V]['request'], blobs?: (Uint8Array | Blob)[]): Promise<{ answer: Verbs[V]['answer']; blobs: Uint8Array[] }>;
}
