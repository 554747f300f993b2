// What static analysis found. Made by workers/python/terrarium/analyse.py; field names are the same there.
import type { FileOptions } from './build-options';
import type { NamedIndex } from './index-choice';

export interface Place {
  path: string;
  /** From 1; 0 where the whole file is meant. */
  line: number;
}

export interface Entry {
  /** Command name: `http`. */
  name: string;
  kind: 'function' | 'module' | 'script';
  /** function: `pkg.mod:attr`; module: `pkg` (has `__main__`); script: path of the file in the project. */
  value: string;
  windowed: boolean;
  /** Why it is one, for people: `[project.scripts]`, `main guard in tool.py:14`. */
  origin: string;
}

export interface ImportFound {
  /** Full dotted name as written, resolved if relative: `PIL.Image`. */
  module: string;
  place: Place;
  sort: 'stdlib' | 'project' | 'declared' | 'undeclared';
  /** How it is imported. `dynamic` with `module: ''` where the name is computed. */
  manner: 'plain' | 'try' | 'type-checking' | 'conditional' | 'lazy' | 'dynamic';
  /** For `declared` the requirement's name; for `undeclared` the suggestion of the curated map, if any. */
  distribution?: string;
}

export interface Analysis {
  /** Distribution name as declared, or derived from the file name for bare projects. */
  name: string;
  /** Undefined until the backend says (dynamic), or where a bare project names none: build/ then takes one and says so. */
  version?: string;
  /** Where the version comes from, for people: `pyproject.toml`, `PKG-INFO`, `__version__ in tool.py:3`, `given`. */
  versionOrigin: string;
  requiresPython?: string;
  /** PEP 508 strings, extras of the project included only when chosen. */
  requirements: { requirement: string; place: Place; hashes: string[] }[];
  /** PEP 508 strings that only constrain (`-c`). */
  constraints: string[];
  /** Names of the project's extras. */
  extras: string[];
  /** How the app's own wheel comes to be. */
  layout:
    | { kind: 'wheel'; filename: string }
    /** `byRules`: the backend is not run; what it would do is done by its rules. */
    | { kind: 'backend'; backend: string; backendPath: string[]; requires: string[]; byRules?: boolean; root: string }
    | { kind: 'bare'; root: string }
    /** A distribution of the index is the app; `metadata` is the text of its METADATA. */
    | { kind: 'requirement'; metadata: string };
  entries: Entry[];
  /** Index into `entries` of the likeliest; -1 when there is none. */
  preferredEntry: number;
  imports: ImportFound[];
  /** Standard-library modules named in `imports` (top level), for leaving out runtime groups: `tkinter`. */
  stdlib: string[];
  /** The app's own modules that read `__file__` or `__path__`: they need real files. */
  fileUses: Place[];
  /** Names of the project's dependency groups (PEP 735, Poetry's, PDM's). */
  groups: string[];
  /** What the chosen groups ask for. */
  groupRequirements: Analysis['requirements'];
  /** Extras and groups that were chosen, by a person or by the project's own options. */
  chosen: { extras: string[]; groups: string[] };
  /** Folders that are projects, where there are several to choose from; the top is empty. */
  projects: string[];
  /** The one that is packed. */
  project: string;
  /** Dependencies that are folders of what was dropped, each to be built by its backend. */
  locals: ({ name: string } & Extract<Analysis['layout'], { kind: 'backend' }>)[];
  /** Dependencies that are wheels of what was dropped. */
  localWheels: { name: string; path: string }[];
  /** Indexes that [tool.uv.sources] and Poetry's sources take distributions from. */
  sources: { indexes: NamedIndex[]; from: Record<string, string> };
  /** Path of the lock that counts. */
  lock?: string;
  /** All locks that came with the project, the likeliest first. */
  locks: string[];
  /** `[tool.terrarium]` of pyproject.toml, or of the script's own block. */
  options: FileOptions;
  /** Lines for people: shadowed modules, files that do not parse, what was ignored. */
  warnings: { message: string; place?: Place }[];
}
