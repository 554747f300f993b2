// How long each stage took, for those who make it quicker.
import type { Stage } from './model/progress';

export interface Clock {
  /** Milliseconds by stage. */
  timings: Record<string, number>;
  time<T>(stage: Stage, work: () => Promise<T>): Promise<T>;
}

export function makeClock(): Clock {
  const timings: Record<string, number> = {};
  return {
    timings,
    async time(stage, work) {
      const start = performance.now();
      try {
        return await work();
      } finally {
        timings[stage] = (timings[stage] ?? 0) + performance.now() - start;
      }
    },
  };
}
