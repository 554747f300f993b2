// Indexes as they were set up or given → where listings are, with the credentials taken out of the address and kept apart.
import type { GivenIndex } from '../model/index-choice';
import { withoutCredentials } from '../model/index-choice';

export type IndexConfig = Omit<GivenIndex, 'explicit'>;

export interface IndexAddress {
  name: string;
  /** Without credentials, with the closing slash: `https://index.example/simple/`. */
  url: string;
  byProject: boolean;
  /** `Authorization` for its origin. */
  authorization?: string;
}

/** What is in the address is of the project where the project names it: left out, as everything that it has to say of credentials. */
export function makeIndexAddress({ name, url, username, password, byProject = false }: IndexConfig): IndexAddress {
  if (!URL.canParse(url)) throw new TypeError(`makeIndex: indexes[].url must be an absolute URL, got ${withoutCredentials(url).slice(0, 80)}`);
  const address = new URL(url);
  const authorization = username !== undefined || password !== undefined ? basic(username ?? '', password ?? '')
    : address.username || address.password ? basic(decode(address.username), decode(address.password)) : undefined;
  address.username = address.password = address.hash = address.search = '';
  if (!address.pathname.endsWith('/')) address.pathname += '/';
  return { name, url: address.href, byProject, ...(authorization !== undefined && !byProject ? { authorization } : {}) };
}

/** Of several indexes of one origin that of the one that the address lies in; files lie anywhere, and then one that has credentials is meant. */
export function findAuthorization(indexes: readonly IndexAddress[], url: string): string | undefined {
  const { origin } = new URL(url);
  const own = indexes.filter((index) => new URL(index.url).origin === origin);
  const around = own.filter((index) => url.startsWith(index.url)).sort((a, b) => b.url.length - a.url.length);
  return (around[0] ?? own.find(({ authorization }) => authorization !== undefined))?.authorization;
}

function basic(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** A percent sign that begins no escape stands for itself: passwords have them. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** PEP 503; undefined for what no distribution can be called. */
export function findNormalisedName(name: string): string | undefined {
  const normalised = name.toLowerCase().replace(/[-_.]+/g, '-');
  return normalised.length <= 200 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(normalised) ? normalised : undefined;
}
