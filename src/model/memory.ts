// What one session remembers so that a second build does only what changed. Safe to drop at any time.
import type { PreparedFrame } from './ingredients';
import type { Resolution } from './resolution';

export interface Memory {
  /** By the question, as JSON. */
  resolutions: Map<string, Resolution>;
  /** By the key that src/layers/prepare-frame.ts makes. */
  frames: Map<string, PreparedFrame>;
}

export const makeMemory = (): Memory => ({ resolutions: new Map(), frames: new Map() });
