// Types of allowed-targets.mjs, for tests.
export interface Named { origin: string; path: string; byProject: boolean; authorization?: string }
export function readNamed(text: string | undefined, asked: string, authorization?: string): Named[] | undefined;
export function makeAllowedTargets(indexes: { name: string; url: string }[]): {
  judge(url: string, about?: { redirectedFrom?: string; named?: Named[]; promised?: boolean }): { ok: boolean; own?: boolean; promised?: boolean; authorization?: string; message?: string };
  learn(listingUrl: string, body: Buffer): void;
  wasSeen(listingUrl: string): boolean;
};
