// What was fetched ⇄ what the store keeps of it: a line of JSON with where and when it came from and its hash, then the bytes.
import { sha256 } from '../formats/bytes/sha256';
import type { Store } from '../protocol/supply';

export interface KeptFacts {
  url: string;
  contentType: string;
  etag?: string;
  lastModified?: string;
  /** Milliseconds since 1970. */
  fetched: number;
  /** Milliseconds for which it is used without asking again. */
  freshFor: number;
}
export interface KeptAnswer { facts: KeptFacts; bytes: Uint8Array; /** Of `bytes`, once it was kept. */ sha256?: string }

/** Longest first line that is looked at. */
const mostFacts = 4096;

export async function keepAnswer(store: Store, name: string, { facts, bytes, sha256: digest }: KeptAnswer): Promise<void> {
  const line = JSON.stringify({ format: 1, sha256: digest ?? (await sha256(bytes)), ...facts });
  if (line.length > mostFacts) return;
  await store.put(name, new Blob([`${line}\n`, bytes as Uint8Array<ArrayBuffer>]));
}

/** Hashed again on every read; what does not fit its hash is deleted. */
export async function findAnswer(store: Store, name: string): Promise<KeptAnswer | undefined> {
  const blob = await store.get(name);
  if (!blob) return undefined;
  const answer = await parseAnswer(blob).catch(() => undefined);
  if (!answer) await store.delete(name);
  return answer;
}

async function parseAnswer(blob: Blob): Promise<KeptAnswer | undefined> {
  const whole = new Uint8Array(await blob.arrayBuffer());
  const end = whole.subarray(0, mostFacts + 1).indexOf(10);
  if (end < 0) return undefined;
  const facts = JSON.parse(new TextDecoder().decode(whole.subarray(0, end))) as KeptFacts & { format: unknown; sha256: unknown };
  const bytes = whole.subarray(end + 1);
  const plain = facts.format === 1 && [facts.url, facts.contentType].every((text) => typeof text === 'string') && [facts.fetched, facts.freshFor].every(Number.isFinite);
  const digest = await sha256(bytes);
  return plain && facts.sha256 === digest ? { facts, bytes, sha256: digest } : undefined;
}

/** A clock that was set back makes an answer stale, never fresh for years. */
export function isFresh({ fetched, freshFor }: KeptFacts, now = Date.now()): boolean {
  return fetched <= now && now - fetched < freshFor;
}
