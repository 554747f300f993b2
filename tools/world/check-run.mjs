// One start of an executable, held against what is expected of it: exit code, output, or what it serves.
import { isDeepStrictEqual } from 'node:util';
import { at } from '../setup/paths.mjs';

export async function checkRun(file, run, settings) {
  const { tools, target } = settings;
  const port = await tools.freePort();
  const fill = (text) => text.replaceAll('{work}', settings.work).replaceAll('{checked}', at('tests/world/checked')).replaceAll('{port}', `${port}`);
  const words = (run.words ?? []).map(fill);
  const env = { ...settings.env, ...Object.fromEntries(Object.entries(run.env ?? {}).map(([name, value]) => [name, fill(value)])) };
  if (run.expect.serves) return checkServer(tools.startOn(target, file, words, tools.cache, { env }), port, run.expect.serves, tools);
  const ended = await tools.runOn(target, file, words, tools.cache, { env, limit: (run.limit ?? 180) * 1000, ...(run.input && { input: run.input }) });
  checkEnded(ended, run.expect, words);
}

function checkEnded(ended, { code = 0, out, json }, words) {
  const fail = (expected) => {
    throw new Error(`${words.join(' ')}: expected ${expected}, found code ${ended.code ?? ended.signal}, ${JSON.stringify(ended.stdout.slice(-300))}; ${ended.stderr.slice(-700)}`);
  };
  if (ended.code !== code) fail(`code ${code}`);
  if (typeof out === 'string' && ended.stdout !== out) fail(JSON.stringify(out));
  if (out instanceof RegExp && !out.test(ended.stdout)) fail(`${out}`);
  if (json && !holds(JSON.parse(ended.stdout || '{}'), json)) fail(JSON.stringify(json));
}

const holds = (found, expected) => Object.entries(expected).every(([key, value]) => isDeepStrictEqual(found[key], value));

async function checkServer(child, port, pages, tools) {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  try {
    for (const [path, expected] of pages) await checkPage(`http://127.0.0.1:${port}${path}`, expected, child, () => said);
  } finally {
    tools.endGroup(child);
  }
}

async function checkPage(url, { json, text }, child, said) {
  for (let tries = 0; tries < 240; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer) {
      const body = await answer.text();
      if (answer.ok && (json ? holds(JSON.parse(body), json) : text.test(body))) return;
      throw new Error(`${url} answered ${answer.status} ${body.slice(0, 300)}; ${said().slice(-500)}`);
    }
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${said().slice(-700)}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`no answer from ${url}: ${said().slice(-700)}`);
}
