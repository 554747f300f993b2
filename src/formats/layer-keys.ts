// Digests of layers and the cache keys made of them (launcher/FORMAT.md, Locator and Keys).
import { sha256 } from './bytes/sha256';

const encoder = new TextEncoder();

/** SHA-256 over the raw digests of the parts, in order. Hex in, hex out. */
export function digestParts(digests: string[]): Promise<string> {
  const bytes = new Uint8Array(digests.length * 32);
  digests.forEach((digest, index) => {
    for (let at = 0; at < 32; at++) bytes[index * 32 + at] = Number.parseInt(digest.slice(at * 2, at * 2 + 2), 16);
  });
  return sha256(bytes);
}

export const makeRuntimeKey = (runtimeDigest: string): string => runtimeDigest.slice(0, 32);

/** `appDigests`: of the layers mounted in the app's folder, in file order. */
export async function makeAppKey(runtimeKey: string, appDigests: string[], flags: number): Promise<string> {
  const lines = ['terrarium-app-1', runtimeKey, ...appDigests, `${flags}`, ''];
  return (await sha256(encoder.encode(lines.join('\n')))).slice(0, 32);
}
