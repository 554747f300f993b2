// A graph → an index on this machine that takes its time to answer, as one far away does, and counts what is asked of it.
import { createServer } from 'node:http';
import { digest } from './make-graph.mjs';

const json = 'application/vnd.pypi.simple.v1+json';

export async function serveGraph({ files }, latency) {
  const bodies = new Map();
  for (const [name, own] of files) {
    const listed = own.map(({ filename, bytes, metadata, sha256 }) => ({
      filename, url: `../../files/${filename}`, hashes: { sha256 }, size: bytes.length, 'requires-python': '>=3.9', 'core-metadata': { sha256: digest(metadata) }, yanked: false,
      'upload-time': '2026-01-01T00:00:00Z',
    }));
    bodies.set(`/simple/${name}/`, { type: json, body: JSON.stringify({ meta: { 'api-version': '1.1' }, name, versions: [], files: listed }) });
    for (const { filename, bytes, metadata } of own) {
      bodies.set(`/files/${filename}`, { type: 'application/octet-stream', body: bytes });
      bodies.set(`/files/${filename}.metadata`, { type: 'application/octet-stream', body: metadata });
    }
  }
  const asked = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://index.example');
    asked.push(pathname);
    const found = bodies.get(pathname);
    setTimeout(() => {
      response.writeHead(found ? 200 : 404, { 'content-type': found?.type ?? 'text/plain', 'cache-control': 'max-age=600', 'access-control-allow-origin': '*' });
      response.end(request.method === 'HEAD' ? undefined : (found?.body ?? 'not here'));
    }, latency);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/simple/`, asked, close: () => (server.closeAllConnections(), server.close()) };
}
