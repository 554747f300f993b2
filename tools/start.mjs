// `npm start`: sets up what is missing, builds what has changed, serves the page and prints its address.
//   node tools/start.mjs [--port N]
import { readFileSync } from 'node:fs';
import { build } from './build.mjs';
import { serve } from './serve/serve.mjs';
import { at } from './setup/paths.mjs';
import { fetchPipIndex } from './setup/pip-index.mjs';
import { setup, stopClearly } from './setup.mjs';

const port = readPort(process.argv.slice(2));
// Half a second of pip's time, spent while the rest goes on.
const asked = fetchPipIndex().catch(() => undefined);
await stopClearly(() => setup({ forTests: false }));
await stopClearly(build);
const server = await serve({ ...(port === undefined ? {} : { port }), config: await readConfig() });
console.log(`Terrarium is at ${server.url} (Ctrl-C ends it)`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close().then(() => process.exit(0)));

function readPort(words) {
  const given = words.find((word) => word.startsWith('--port='))?.slice(7) ?? (words.includes('--port') ? words[words.indexOf('--port') + 1] ?? '' : undefined);
  if (given === undefined) return undefined;
  if (/^\d{1,5}$/.test(given) && Number(given) < 65536) return Number(given);
  console.error(`--port wants a number below 65536, got ${JSON.stringify(given)}.`);
  return process.exit(2);
}

/** config.json never holds credentials; pip's configuration may, and they are read from there into memory at every start. */
async function readConfig() {
  const config = JSON.parse(readFileSync(at('public/config.json'), 'utf8'));
  const pip = await asked;
  const indexes = config.indexes.map((index) => (pip !== undefined && isSame(index.url, pip) ? { ...index, url: pip } : index));
  return { ...config, indexes };
}

function isSame(url, withCredentials) {
  const other = new URL(withCredentials);
  other.username = other.password = '';
  return new URL(url).href === other.href;
}
