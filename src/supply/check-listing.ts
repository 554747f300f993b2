// An index's answer → which of the two forms it has, or a Failure: log-in pages and cut answers are told from listings here.
import { fail, success, type Outcome } from '../model/failure';
import type { Fetched } from './checked-fetch';
import { printUrl } from './url-rules';

const json = 'application/vnd.pypi.simple.v1+json';
const html = 'text/html';

/** The Content-Type to read it by. A wrong one from the server is put right where the bytes speak for themselves. */
export function checkListing(answer: Fetched, name: string): Outcome<string> {
  const refuse = (found: string, ...notes: string[]): Outcome<string> =>
    fail('supply/bad-answer', `Reading the listing of ${name} from ${printUrl(answer.url)}, ${found}; a listing in JSON (PEP 691) or HTML (PEP 503) was expected.`, ...notes);
  if (answer.status !== 200 && answer.status !== 203) return refuse(`the status ${answer.status} was found`);
  const said = (answer.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  const first = answer.bytes.find((byte) => byte > 32 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
  if (first === 0x7b) return isJson(answer.bytes) ? success(said.includes('json') ? said : json) : refuse('JSON that is cut or damaged was found');
  if (first !== 0x3c) return refuse(`${answer.bytes.length} bytes of ${said || 'no stated type'} were found`);
  if (said.includes('json') || isLogIn(answer.bytes)) return refuse('a web page was found', 'It may be a log-in page: give credentials with the index.');
  return success(said.includes('html') ? said : html);
}

function isJson(bytes: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** A listing holds no form. */
function isLogIn(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, 2 ** 18));
  return /<form\b/i.test(text) || /type=["']?password/i.test(text);
}

/** Bytes that were promised to be a wheel and begin like a page. */
export function isPage(bytes: Uint8Array): boolean {
  return /^\s*(<!doctype html|<html|<head|<\?xml)/i.test(new TextDecoder().decode(bytes.subarray(0, 512)));
}
