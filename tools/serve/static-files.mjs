// A request's path → a file of the built page, or of public/ beside it: with ETag, 304, one range. Nothing is compressed: it all stays on this machine.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json', '.webmanifest': 'application/manifest+json', '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.png': 'image/png',
  '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.whl': 'application/zip', '.zip': 'application/zip', '.pyz': 'application/zip', '.zst': 'application/zstd',
  '.txt': 'text/plain; charset=utf-8', '.py': 'text/plain; charset=utf-8', '.map': 'application/json',
};

/** Gives a handler `(request, response, pathname) → Promise<boolean>`, false where no folder has the file. */
export function makeStaticFiles(folders) {
  return async (request, response, pathname) => {
    const relative = findRelative(pathname);
    for (const folder of relative === undefined ? [] : folders) {
      const file = path.join(folder, relative);
      const facts = await stat(file).catch(() => undefined);
      if (facts?.isFile()) return send(request, response, file, facts, relative);
    }
    return false;
  };
}

/** Undefined for what would leave the folder or means different files to different systems. */
function findRelative(pathname) {
  let decoded;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  const segments = decoded.split('/').slice(1);
  if (segments.at(-1) === '') segments.splice(-1, 1, 'index.html');
  const clean = segments.every((segment) => segment !== '' && !segment.startsWith('.') && !/[\\:\0]/.test(segment));
  return clean ? segments.join('/') : undefined;
}

function send(request, response, file, facts, relative) {
  const etag = `"${facts.size.toString(36)}-${Math.floor(facts.mtimeMs).toString(36)}"`;
  const headers = {
    'content-type': types[path.extname(file)] ?? 'application/octet-stream',
    etag, 'last-modified': facts.mtime.toUTCString(), 'accept-ranges': 'bytes',
    'cache-control': isHashed(relative) ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (isCurrent(request, etag, facts)) return end(response, 304, headers);
  const span = findSpan(request, facts.size, etag);
  if (span === 'outside') return end(response, 416, { ...headers, 'content-range': `bytes */${facts.size}` });
  const [from, to] = span ?? [0, facts.size - 1];
  response.writeHead(span ? 206 : 200, { ...headers, 'content-length': to - from + 1, ...(span && { 'content-range': `bytes ${from}-${to}/${facts.size}` }) });
  if (request.method === 'HEAD' || facts.size === 0) return end(response);
  const stream = createReadStream(file, { start: from, end: to });
  stream.on('error', () => response.destroy());
  response.on('close', () => stream.destroy());
  stream.pipe(response);
  return true;
}

function end(response, status, headers) {
  if (status) response.writeHead(status, headers);
  response.end();
  return true;
}

/** As the bundler names what it emits: `assets/main-BxY12_ab.js`. */
const isHashed = (relative) => /^assets\/.*-[\w-]{8}\.\w+$/.test(relative);

function isCurrent({ headers }, etag, facts) {
  if (headers['if-none-match'] !== undefined) return headers['if-none-match'].split(/\s*,\s*/).includes(etag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && Math.floor(facts.mtimeMs / 1000) * 1000 <= since;
}

/** The one range that is asked for; undefined where the whole file is to be sent. */
function findSpan({ headers }, size, etag) {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (from === undefined || (from === '' && to === '')) return undefined;
  if (headers['if-range'] !== undefined && headers['if-range'] !== etag) return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first > last ? 'outside' : [first, last];
}
