// Type of digest-sources.mjs, for tests.
export function digestSources(): string;
