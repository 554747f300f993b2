// A package index on this machine, over a folder of files: what tests use in place of the network, with faults to switch on.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendWithFault, takeFault, type Fault, type Reply } from './faults';
import { listFile, printHtml, printJson, type ListedFile } from './print-listing';
import { digestOf, readIndexFiles, type FileSource, type IndexFile } from './read-index-files';

export interface IndexServerSettings {
  /** A folder, or bytes by file name. */
  files: FileSource;
  faults?: Fault[];
  /** HTML only, as old indexes are. */
  html?: boolean;
  /** False: no `.metadata` files, nor announced ones. */
  metadata?: boolean;
  /** Metadata to hand out in place of the wheel's own, by file name; announced with a hash that fits. */
  lies?: Record<string, string>;
  /** Alters what a listing says of a file; undefined leaves it out. */
  edit?: (file: ListedFile) => ListedFile | undefined;
  /** False: no CORS headers. */
  cors?: boolean;
  cacheControl?: string;
  /** More headers of files, as their validators; asked for at each request. */
  fileHeaders?: () => Record<string, string>;
  /** False: If-Range is not looked at, as by careless servers. */
  ifRange?: boolean;
  /** `Basic …` that requests must carry. */
  authorization?: string;
}

export interface RequestSeen { method: string; path: string; status: number; headers: IncomingMessage['headers'] }

export interface IndexServer {
  /** `http://127.0.0.1:<port>/simple/` */
  url: string;
  origin: string;
  /** All so far; may be emptied. */
  requests: RequestSeen[];
  /** May be altered between requests. */
  faults: Fault[];
  close(): Promise<void>;
}

export async function startIndexServer(settings: IndexServerSettings): Promise<IndexServer> {
  const files = await readIndexFiles(settings.files);
  const requests: RequestSeen[] = [];
  const faults = settings.faults ?? [];
  const server = createServer((request, response) => {
    const reply = makeReply(request, files, settings);
    const seen: RequestSeen = { method: request.method ?? '', path: pathOf(request), status: reply.status, headers: request.headers };
    requests.push(seen);
    send(request, response, reply, faults, settings);
    seen.status = response.headersSent ? response.statusCode : 0;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `${origin}/simple/`, origin, requests, faults, close: () => close(server) };
}

function close(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

const pathOf = (request: IncomingMessage): string => new URL(request.url ?? '/', 'http://index.example').pathname;

function send(request: IncomingMessage, response: ServerResponse, reply: Reply, faults: Fault[], settings: IndexServerSettings): void {
  const act = takeFault(faults, request.method ?? '', decodeURIComponent(pathOf(request)), request.headers.range !== undefined);
  const condition = settings.ifRange === false ? undefined : request.headers['if-range'];
  const isSame = condition === undefined || [reply.headers.etag, reply.headers['last-modified']].includes(condition as string);
  const range = isSame ? request.headers.range : undefined;
  const shift = act && 'shift' in act ? act.shift : 0;
  const ranged = range === undefined || (act && 'ignoreRange' in act) ? reply : cutRange(reply, range, shift);
  if (request.method === 'HEAD') ranged.headers['content-length'] = `${ranged.body.length}`;
  if (act && !shift && !('ignoreRange' in act)) return sendWithFault(act, ranged, response);
  response.writeHead(ranged.status, { ...ranged.headers, 'content-length': `${ranged.body.length}` }).end(request.method === 'HEAD' ? undefined : ranged.body);
}

function cutRange(reply: Reply, range: string, shift: number): Reply {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  if (from === undefined || reply.status !== 200) return reply;
  const size = reply.body.length;
  const last = to ? Math.min(Number(to), size - 1) : size - 1;
  const start = Number(from) + shift;
  if (start > last) return { status: 416, headers: { ...reply.headers, 'content-range': `bytes */${size}` }, body: new Uint8Array() };
  return { status: 206, headers: { ...reply.headers, 'content-range': `bytes ${start}-${last}/${size}` }, body: reply.body.subarray(start, last + 1) };
}

function makeReply(request: IncomingMessage, files: IndexFile[], settings: IndexServerSettings): Reply {
  const headers = settings.cors === false ? {} : corsHeaders;
  if (request.method === 'OPTIONS') return { status: 204, headers, body: new Uint8Array() };
  if (settings.authorization !== undefined && request.headers.authorization !== settings.authorization) return makeText(401, 'credentials wanted', headers);
  const [, top, rest = ''] = pathOf(request).split('/');
  if (top === 'simple' && rest) return makeListing(request, rest, files, settings, headers);
  if (top === 'files') return makeFile(decodeURIComponent(rest), files, settings, headers);
  return makeText(404, 'not here', headers);
}

const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-expose-headers': 'ETag, Content-Range, Accept-Ranges, Content-Length',
};

const makeText = (status: number, text: string, headers: Record<string, string>): Reply =>
  ({ status, headers: { ...headers, 'content-type': 'text/plain' }, body: new TextEncoder().encode(text) });

function makeListing(request: IncomingMessage, name: string, files: IndexFile[], settings: IndexServerSettings, headers: Record<string, string>): Reply {
  const own = files.filter((file) => file.name === name);
  if (own.length === 0) return makeText(404, `no ${name} here`, headers);
  const listed = own.map((file) => listFile(file, metadataOf(file, settings))).flatMap((file) => settings.edit ? settings.edit(file) ?? [] : file);
  const json = !settings.html && (request.headers.accept ?? '').includes('application/vnd.pypi.simple.v1+json');
  const text = json ? printJson(name, listed, [...new Set(own.map((file) => file.version))]) : printHtml(name, listed);
  const etag = `"${digestOf(text).slice(0, 16)}"`;
  const all = { ...headers, 'content-type': json ? 'application/vnd.pypi.simple.v1+json' : 'text/html', etag, vary: 'Accept', ...(settings.cacheControl ? { 'cache-control': settings.cacheControl } : {}) };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers: all, body: new Uint8Array() };
  return { status: 200, headers: all, body: new TextEncoder().encode(text) };
}

function makeFile(filename: string, files: IndexFile[], settings: IndexServerSettings, headers: Record<string, string>): Reply {
  const all = { ...headers, 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', ...settings.fileHeaders?.() };
  const whole = files.find((file) => file.filename === filename);
  if (whole) return { status: 200, headers: all, body: whole.bytes };
  const described = files.find((file) => `${file.filename}.metadata` === filename);
  const metadata = described && metadataOf(described, settings);
  return metadata ? { status: 200, headers: all, body: metadata } : makeText(404, `no ${filename} here`, headers);
}

function metadataOf(file: IndexFile, settings: IndexServerSettings): Uint8Array | undefined {
  if (settings.metadata === false) return undefined;
  const lie = settings.lies?.[file.filename];
  return lie === undefined ? file.metadata : new TextEncoder().encode(lie);
}
