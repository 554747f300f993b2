// The server of `npm start`: the built page, its generated files, its configuration and the gateway, for this machine only. Plain Node.
//   node tools/serve/serve.mjs [--port N]
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isLoopbackName } from './addresses.mjs';
import { makeGateway } from './gateway.mjs';
import { makeSecurityHeaders } from './security-headers.mjs';
import { makeStaticFiles } from './static-files.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const standardPort = 4173;
const portsTried = 20;

/**
 * `root`: folder with dist/web and public. `config`: in place of public/config.json; its index URLs may hold credentials, which
 * stay in the server. Gives `{url, port, close()}`. Where the port is taken the next ones are tried; 0 is any.
 */
export async function serve({ port = standardPort, root = repository, config } = {}) {
  const { indexes, gateway: prefix } = config ?? readConfig(root);
  const gateway = prefix ? makeGateway(indexes) : undefined;
  const served = { format: 1, indexes: indexes.map(stripCredentials), gateway: prefix ?? null };
  const security = makeSecurityHeaders(served);
  const sendFile = makeStaticFiles([path.join(root, 'dist', 'web'), path.join(root, 'public')]);
  const server = http.createServer((request, response) => {
    for (const [name, value] of Object.entries(security)) response.setHeader(name, value);
    handle(request, response, { served, gateway, prefix, sendFile }).catch(() => (response.headersSent ? response.destroy() : sendText(response, 500, 'The server failed.')));
  });
  const taken = await listen(server, port);
  return { url: `http://127.0.0.1:${taken}/`, port: taken, close: () => close(server, gateway) };
}

async function handle(request, response, { served, gateway, prefix, sendFile }) {
  // A name that was made to point here (DNS rebinding) is not ours.
  if (!isOwnHost(request.headers.host)) return sendText(response, 421, 'This server answers to localhost only.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return sendText(response, 405, 'Only GET and HEAD are answered.', { allow: 'GET, HEAD' });
  const pathname = request.url.split('?')[0];
  if (gateway && pathname.startsWith(prefix)) return handleGateway(request, response, gateway, pathname.slice(prefix.length));
  if (pathname === '/config.json') return sendConfig(request, response, served);
  if (await sendFile(request, response, pathname)) return undefined;
  return sendText(response, 404, 'There is no such file.');
}

function handleGateway(request, response, gateway, encoded) {
  if (!isOwnPage(request)) return sendText(response, 403, 'The gateway serves the page of its own origin only.', { 'terrarium-failure': 'refused' });
  try {
    return gateway.handle(request, response, decodeURIComponent(encoded));
  } catch (error) {
    if (error instanceof URIError) return sendText(response, 400, 'the address is not encoded properly.', { 'terrarium-failure': 'refused' });
    throw error;
  }
}

/** Browsers say where a request comes from; programs on this machine do not, and could do without us. */
function isOwnPage({ headers }) {
  const site = headers['sec-fetch-site'];
  const destination = headers['sec-fetch-dest'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (destination !== undefined && destination !== 'empty') return false;
  return headers.origin === undefined || headers.origin === `http://${headers.host}`;
}

const isOwnHost = (host) => host !== undefined && URL.canParse(`http://${host}`) && isLoopbackName(new URL(`http://${host}`).hostname);

function sendConfig(request, response, served) {
  const body = JSON.stringify(served);
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store', 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function sendText(response, status, text, headers = {}) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(text);
}

function stripCredentials({ name, url }) {
  const address = new URL(url);
  address.username = address.password = '';
  return { name, url: address.href };
}

const readConfig = (root) => JSON.parse(readFileSync(path.join(root, 'public', 'config.json'), 'utf8'));

async function listen(server, port) {
  for (let at = port; ; at++) {
    try {
      await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(at, '127.0.0.1', () => (server.off('error', reject), resolve()));
      });
      return server.address().port;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || at >= port + portsTried) throw error;
    }
  }
}

function close(server, gateway) {
  gateway?.close();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const at = process.argv.indexOf('--port');
  const { url } = await serve(at < 0 ? {} : { port: Number(process.argv[at + 1]) });
  console.log(`Terrarium: ${url}`);
}
