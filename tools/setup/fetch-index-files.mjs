// File names with their SHA-256 become files in a folder, looked up by name in an index. Present ones are kept, so an interrupted
// fetch goes on where it stopped.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runSome } from './make-group-step.mjs';
import { readListing } from './read-listing.mjs';
import { SetupStop } from './setup-stop.mjs';
import { writeWhole } from './write-whole.mjs';

const atATime = 6;
const attempts = 3;
const accept = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1';

/** Lines `<filename> <sha256>`; `#` starts a comment. */
export function parseFileList(text) {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim()).filter(Boolean);
  return lines.map((line) => {
    const [filename, sha256, ...rest] = line.split(/\s+/);
    if (!/^[\w.!+-]+$/.test(filename) || !/^[0-9a-f]{64}$/.test(sha256 ?? '') || rest.length)
      throw new SetupStop(`reading the list of test wheels: found ${JSON.stringify(line)}, a file name and its SHA-256 were expected.`);
    return { filename, sha256 };
  });
}

/** `index`: URL with a slash at its end. Resolves when every file is in the folder, its hash checked. */
export async function fetchIndexFiles({ index, files, folder, say }) {
  mkdirSync(folder, { recursive: true });
  const missing = files.filter((file) => !isPresent(folder, file));
  const listings = new Map();
  let done = 0;
  await runSome(missing, atATime, async (file) => {
    const name = findProjectName(file.filename);
    if (!listings.has(name)) listings.set(name, fetchListing(index, name));
    await fetchFile(findListed(await listings.get(name), file, name), file, folder);
    if (++done % 20 === 0 || done === missing.length) say(`${done} of ${missing.length} files`);
  });
}

function isPresent(folder, { filename, sha256 }) {
  const file = path.join(folder, filename);
  return existsSync(file) && digest(readFileSync(file)) === sha256;
}

/** Of a wheel or sdist, normalised (PEP 503). */
function findProjectName(filename) {
  const name = filename.endsWith('.whl') ? filename.split('-')[0] : filename.slice(0, filename.lastIndexOf('-'));
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

async function fetchListing(index, name) {
  const { bytes, url, contentType } = await fetchBytes(`listing ${name}`, new URL(`${name}/`, index), { accept });
  return readListing(bytes.toString('utf8'), contentType, url);
}

function findListed(listing, { filename }, name) {
  const found = listing.find((file) => file.filename === filename);
  if (!found) throw new SetupStop(`fetching ${filename}: the index lists ${listing.length} files of ${name}, and it is not among them.`);
  return found;
}

/** The metadata file first, so that a file that is present has its sibling. */
async function fetchFile({ url, metadata }, { filename, sha256 }, folder) {
  if (metadata) {
    const { bytes } = await fetchBytes(`fetching ${filename}.metadata`, new URL(`${url}.metadata`));
    if (typeof metadata === 'string') checkDigest(`${filename}.metadata`, bytes, metadata.slice('sha256='.length));
    writeWhole(path.join(folder, `${filename}.metadata`), bytes);
  }
  const { bytes } = await fetchBytes(`fetching ${filename}`, new URL(url));
  checkDigest(filename, bytes, sha256);
  writeWhole(path.join(folder, filename), bytes);
}

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

function checkDigest(name, bytes, expected) {
  const found = digest(bytes);
  if (found !== expected) throw new SetupStop(`checking ${name}: its SHA-256 is ${found}, ${expected} was expected.`);
}

/** Credentials in the URL go into a header, as fetch refuses them in the URL. A few attempts, as networks are what they are. */
export async function fetchBytes(doing, url, headers = {}) {
  const bare = new URL(url);
  bare.username = bare.password = '';
  if (url.username) headers = { ...headers, authorization: `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}` };
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchOnce(bare, headers);
    } catch (error) {
      const reason = error.cause?.code ?? error.cause?.message ?? error.message;
      if (attempt === attempts || error.final) throw new SetupStop(`${doing} from ${bare.host}: ${reason}.`);
      await new Promise((resolve) => setTimeout(resolve, attempt * 1000));
    }
  }
}

async function fetchOnce(url, headers) {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(300_000) });
  if (!response.ok) throw Object.assign(new Error(`it answered ${response.status}`), { final: response.status < 500 && response.status !== 429 });
  return { bytes: Buffer.from(await response.arrayBuffer()), url: response.url, contentType: response.headers.get('content-type') ?? '' };
}
