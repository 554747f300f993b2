// What a running build says of itself.
export const stages = ['read', 'analyse', 'build', 'resolve', 'fetch', 'layers', 'plan', 'assemble', 'check'] as const;
export type Stage = (typeof stages)[number];

export interface Progress {
  stage: Stage;
  /** What is being worked on, for people: `numpy-2.5.0 (linux-x86_64)`. */
  label: string;
  done: number;
  /** Unit: whatever `done` counts (bytes or items). Absent while unknown. */
  total?: number;
}

export interface Reporter {
  report(progress: Progress): void;
  /** Stages check it between pieces of work and stop with the failure `cancelled`. */
  signal: AbortSignal;
}
