// What will be joined, before anything is: sizes, digests and reasons, no bytes.

export interface Part {
  /** `launcher`, `padding`, `runtime/core`, `wheel/click-8.3.1-py3-none-any.whl`, `app`, `boot`, `manifest`, `locator`, … */
  id: string;
  size: number;
  /** Hex. Absent for what is computed while joining (a code signature). */
  sha256?: string;
  /** Why it is there, for people. */
  reason: string;
}

export interface Layer {
  name: 'runtime' | 'packages' | 'app';
  mount: 'runtime' | 'app';
  /** Sum of the parts' sizes. */
  size: number;
  unpacked: number;
  files: number;
  /** FORMAT.md: SHA-256 over the parts' digests. */
  digest: string;
  parts: Part[];
}

export interface PlannedArtifact {
  /** Output id: `executable`, `zipapp`. */
  output: string;
  /** Target id; undefined where the artifact runs on all. */
  target?: string;
  /** File name: `plotter-4.2.0-linux-x86_64`. */
  name: string;
  layers: Layer[];
  /** All parts outside layers, in file order. */
  parts: Part[];
  /** The oldest system that it runs on, from the tags of its wheels and from its runtime. */
  minimum?: { glibc?: string; macos?: string; windows?: string };
  /** Exact size of the artifact. */
  size?: number;
}

export interface Plan {
  format: 1;
  name: string;
  version: string;
  python: string;
  entry: string;
  artifacts: PlannedArtifact[];
  lock: string;
}
