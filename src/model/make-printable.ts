// At the doors, text of others → text that shows what it holds: characters that would hide, reorder or restyle their neighbours appear as `\u202e`.

// Controls but tab and line feed, and what steers direction (Unicode, "Trojan Source").
const misleading = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Plain data of any depth; Blobs and the like are handed through. */
export function makePrintable<T>(data: T): T {
  if (typeof data === 'string') return data.replace(misleading, escape) as T;
  if (Array.isArray(data)) return data.map(makePrintable) as T;
  if (data === null || typeof data !== 'object' || Object.getPrototypeOf(data) !== Object.prototype) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [makePrintable(key), makePrintable(value)])) as T;
}
