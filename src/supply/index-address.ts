// The configured indexes → where listings are, with the credentials taken out of the address and kept apart.
export interface IndexConfig { name: string; url: string }

export interface IndexAddress {
  name: string;
  /** Without credentials, with the closing slash: `https://index.example/simple/`. */
  url: string;
}

export interface IndexAddresses {
  indexes: IndexAddress[];
  /** `Authorization` by origin. */
  credentials: Map<string, string>;
}

export function makeIndexAddresses(configs: readonly IndexConfig[]): IndexAddresses {
  const credentials = new Map<string, string>();
  const indexes = configs.map(({ name, url }) => {
    if (!URL.canParse(url)) throw new TypeError(`makeIndex: indexes[].url must be an absolute URL, got ${url.slice(0, 80)}`);
    const address = new URL(url);
    if (address.username) credentials.set(address.origin, basic(address));
    address.username = address.password = address.hash = address.search = '';
    if (!address.pathname.endsWith('/')) address.pathname += '/';
    return { name, url: address.href };
  });
  return { indexes, credentials };
}

function basic({ username, password }: URL): string {
  const bytes = new TextEncoder().encode(`${decode(username)}:${decode(password)}`);
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
