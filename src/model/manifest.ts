// The JSON at the end of an executable: everything that the launcher itself does not need. Specified in launcher/FORMAT.md.
import type { Entry } from './analysis';
import type { Layer } from './plan';

export interface Manifest {
  format: 1;
  name: string;
  version: string;
  python: string;
  target: string;
  /** The command that runs unless another is asked for. */
  entry: string;
  commands: Entry[];
  /** As planned, with each layer's place in the file. */
  layers: (Layer & { offset: number })[];
  minimum: { glibc?: string; macos?: string; windows?: string };
  /** Where the parts come from that are neither wheels nor the project's. */
  provenance: { launcher: string; runtime: string };
  /** `pylock.toml` */
  lock: string;
}
