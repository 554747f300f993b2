// What was dropped, unpacked and sifted: the input of every later stage.
import type { Analysis } from './analysis';

/** What a person hands over: one file, a folder as a list of files with paths relative to it, or a requirement (PEP 508) whose distribution is the app. */
export type Source =
  | { kind: 'file'; name: string; blob: Blob }
  | { kind: 'folder'; name: string; files: { path: string; blob: Blob }[] }
  | { kind: 'requirement'; name: string };

export interface ProjectFile {
  /** Relative, `/` as separator, clean: no `.`, `..`, empty segment or control character. */
  path: string;
  bytes: Uint8Array;
  executable: boolean;
}

export interface Project {
  kind: 'script' | 'folder' | 'zip' | 'sdist' | 'wheel' | 'requirement';
  /** Name of what was dropped, without its path: `httpie-3.2.4.tar.gz`. */
  source: string;
  /** Sorted by path. For a wheel: the wheel file itself, alone, under its own name. */
  files: ProjectFile[];
  /** Wheel files that lay beside it at its top. */
  wheels: ProjectFile[];
  /** Lines for people: what was left out and why, which wrapper folder was taken off. */
  notices: string[];
}

/** Read and analysed: what a session keeps open. */
export interface OpenProject {
  project: Project;
  analysis: Analysis;
}
