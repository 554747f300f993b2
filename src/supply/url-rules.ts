// Which addresses bytes are fetched from, and how an address is printed: without credentials, and without a query that may hold a token.
import { printName } from '../formats/print-name';
import { fail } from '../model/failure';

type Refusal = ReturnType<typeof fail> | undefined;

const longestPrinted = 300;

/** For messages, cut. */
export function printUrl(url: string): string {
  if (!URL.canParse(url)) return printName(url);
  const { protocol, host, pathname, search } = new URL(url);
  if (protocol === 'data:') return 'data:…';
  const printed = `${protocol}//${host}${pathname}`;
  return `${printed.slice(0, longestPrinted)}${printed.length > longestPrinted ? '…' : search ? '?…' : ''}`;
}

export function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Addresses that mean another machine to somebody else: a public index has no business naming one. */
export function isPrivate(hostname: string): boolean {
  const host = bare(hostname);
  if (isLoopback(host)) return true;
  const parts = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host);
  if (parts) return isPrivateV4(Number(parts[1]), Number(parts[2]));
  // IPv4 in IPv6 clothes (::, 64:ff9b:, 2002:) is refused whatever it means: nobody publishes such addresses.
  return host.includes(':') && /^(::|f[cdf]|fe[89ab]|64:ff9b:|2002:)/.test(host);
}

function isPrivateV4(a: number, b: number): boolean {
  return a === 0 || a === 10 || a === 127 || (a === 169 && b === 254) || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)
    || (a === 100 && b >= 64 && b < 128) || a >= 224;
}

const bare = (hostname: string): string => hostname.toLowerCase().replace(/^\[|\]$/g, '').replace(/\.$/, '');

/** An address that an answer named. `from`: the address that named it, or the index's own. */
export function checkUrl(url: string, from: string | undefined, what: string): Refusal {
  const refuse = (found: string): Refusal =>
    fail('supply/refused', `Fetching ${what}, the address ${printUrl(url)} ${found}; https is expected.`, 'Nothing was fetched from there. Ask the owner of the index.');
  if (!URL.canParse(url)) return refuse('is not an absolute URL');
  const target = new URL(url);
  if (target.username || target.password) return refuse('holds credentials');
  const origin = from !== undefined && URL.canParse(from) ? new URL(from) : undefined;
  const fromLoopback = origin === undefined || isLoopback(origin.hostname);
  if (target.protocol === 'http:' && isLoopback(target.hostname) && fromLoopback) return undefined;
  if (target.protocol !== 'https:') return refuse(`has the scheme ${target.protocol.slice(0, 20)}`);
  if (isPrivate(target.hostname) && origin && !isPrivate(origin.hostname)) return refuse('lies in a private network, named by a public one');
  return undefined;
}
