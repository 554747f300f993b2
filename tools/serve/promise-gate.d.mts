// Types of promise-gate.mjs, for tests.
import type { Transform } from 'node:stream';
export function makePromiseGate(sha256: string): Transform;
