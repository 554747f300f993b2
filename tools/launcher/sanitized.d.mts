// Types of sanitized.mjs, for tests.
export function compileSanitized(folder?: string, alter?: () => void): string;
export const sanitizerOptions: { ASAN_OPTIONS: string; UBSAN_OPTIONS: string };
