// What one session remembers so that a second build does only what changed. Safe to drop at any time.
import type { Frame } from './ingredients';
import type { Resolution } from './resolution';

export interface Memory {
  /** By the question, as JSON. */
  resolutions: Map<string, Resolution>;
  /** By the key that src/layers/prepare-frame.ts makes. */
  frames: Map<string, Frame>;
}

export const makeMemory = (): Memory => ({ resolutions: new Map(), frames: new Map() });
