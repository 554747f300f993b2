// What a person may choose of a build: the one list of options. Doors fill it in, stages read it.
import type { IndexChoice } from './index-choice';

/** A file beside the project. */
export interface GivenFile {
  name: string;
  blob: Blob;
}

export interface BuildOptions extends IndexChoice {
  /** Name of an entry, or `pkg.mod:attr`, or a script's path; undefined: the preferred one. */
  entry?: string;
  /** Further requirements that the user confirmed (undeclared imports). */
  requirements: string[];
  /** Series: `3.14`. Empty: the newest for which everything that is needed can be had. */
  python: string;
  /** Target ids. */
  targets: string[];
  /** With an empty `python`: one that is not at hand for each of the targets will not do. */
  everyTarget?: boolean;
  /** Requirements that count over what anybody asks: `cryptography==48.0.1; sys_platform == 'darwin'`. */
  overrides?: string[];
  /** By name: another distribution in its place. */
  substitutes?: Record<string, string>;
  /** Output ids: `executable`, `zipapp`. */
  outputs: string[];
  /** Of zipapps. */
  shebang: string;
  /** Optional groups of the runtime beyond those that analysis found to be needed: `tkinter`. */
  runtimeGroups: string[];
  /** `.ico` or `.png`, of Windows executables; undefined: one of ours. */
  icon?: GivenFile;
  /** Wheels beside the project: taken whatever the index has, which is not asked for their names. */
  wheels?: GivenFile[];
  /** Executables answer `self info`, `self verify` … as arguments; otherwise these are the app's own. */
  selfCommands: boolean;
}

/** What `[tool.terrarium]` may say: every option, absent where the file says nothing. Files are paths of the project. */
export interface FileOptions extends Partial<Omit<BuildOptions, 'icon' | 'wheels' | 'everyTarget' | 'indexes'>> {
  name?: string;
  version?: string;
  extras?: string[];
  groups?: string[];
  /** Path of a lock; empty: none. */
  lock?: string;
  icon?: string;
  wheels?: string[];
  /** `NAME=URL`, or `configured`. */
  indexes?: string[];
  /** Of those that are asked only for what `from` takes from them. */
  namedIndexes?: string[];
  /** By name, of limits.ts. */
  limits?: Record<string, number>;
}

/** Of what has the same meaning for every project. */
export const defaultOptions = {
  shebang: '/usr/bin/env python3',
  selfCommands: false,
} as const satisfies Partial<BuildOptions>;
