// Types of allowed-targets.mjs, for tests.
export function makeAllowedTargets(indexes: { name: string; url: string }[]): {
  judge(url: string, about?: { redirectedFrom?: string }): { ok: boolean; message?: string };
  learn(listingUrl: string, body: Buffer): void;
  wasSeen(listingUrl: string): boolean;
};
