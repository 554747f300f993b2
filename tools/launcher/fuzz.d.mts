// Types of fuzz.mjs, for tests.
export const fuzzTargets: string[];
export function compileFuzzer(): string;
export function runFuzzer(driver: string, target: string, seconds: number, seed: number): string;
