// What one session remembers so that a second build does only what changed. Safe to drop at any time.
import type { Frame } from '../model/ingredients';
import type { Resolution } from '../model/resolution';

export interface Memory {
  resolutions: Map<string, Resolution>;
  /** By the key that prepare-frame.ts makes. */
  frames: Map<string, Frame>;
}

export const makeMemory = (): Memory => ({ resolutions: new Map(), frames: new Map() });
