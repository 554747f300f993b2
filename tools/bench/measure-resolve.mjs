// `npm run bench:resolve`: resolving on a cold cache (an index far away: rounds and requests) and on a warm one (no network), beside
// `uv pip compile` and `pip install --dry-run --report` on the same requirements and the same local index. Ratios, as machines differ.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPython } from '../setup/find-program.mjs';
import { makeGraph } from './make-graph.mjs';
import { serveGraph } from './serve-graph.mjs';

const repository = new URL('../../', import.meta.url).pathname;
const everywhere = ['linux-x86_64', 'linux-arm64', 'windows-x86_64', 'macos-arm64', 'macos-x86_64'];
const latency = 50;
const graphs = [{ size: 20, depth: 4, versions: 20 }, { size: 100, depth: 4, versions: 20 }, { size: 100, depth: 10, versions: 20 }];
const tools = join(repository, '.build/bench-resolvers');
const run = promisify(execFile);

const host = existsSync(join(repository, '.build/cpython')) && readdirSync(join(repository, '.build/cpython')).find((name) => name === `3.14.6-linux-${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`);
if (!host || !existsSync(join(repository, 'dist/node/engine.mjs'))) {
  console.error('The bench uses what set-up and build make, and a Linux machine: run `npm run build` once.');
  process.exit(1);
}
const python = join(repository, '.build/cpython', host, 'bin/python3.14');
const { makeNodeEngine } = await import(join(repository, 'dist/node/engine.mjs'));
installTools();
const work = mkdtempSync(join(tmpdir(), 'terrarium-bench-resolve-'));
try {
  for (const shape of graphs) await measure(shape);
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exit();

function installTools() {
  if (existsSync(join(tools, 'bin/uv'))) return;
  mkdirSync(tools, { recursive: true });
  execFileSync(findPython(), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--require-hashes', '--target', tools, '-r', join(repository, 'tools/bench/tools.txt')], { stdio: 'inherit' });
}

async function measure(shape) {
  const graph = makeGraph(shape);
  const server = await serveGraph(graph, latency);
  const folder = mkdtempSync(join(work, 'graph-'));
  const list = join(folder, 'requirements.in');
  writeFileSync(list, graph.roots.join('\n') + '\n');
  const runs = {
    'Terrarium, one target': (cache) => resolveHere(graph, server, cache, ['linux-x86_64']),
    'Terrarium, five targets': (cache) => resolveHere(graph, server, cache, everywhere),
    'uv pip compile': (cache) => time(() => run(join(tools, 'bin/uv'), ['pip', 'compile', '--quiet', '--index-url', server.url, '--cache-dir', cache, '--python', python, '--no-python-downloads', '-o', join(folder, 'uv.txt'), list])),
    'pip --dry-run --report': (cache) => time(() => run(python, ['-I', '-c', `import sys; sys.path.insert(0, ${JSON.stringify(tools)}); from pip._internal.cli.main import main; sys.exit(main())`,
      'install', '--quiet', '--disable-pip-version-check', '--dry-run', '--ignore-installed', '--report', join(folder, 'pip.json'), '--index-url', server.url, '--cache-dir', cache, '-r', list])),
  };
  const rows = [];
  for (const [name, resolve] of Object.entries(runs)) {
    const cache = mkdtempSync(join(folder, 'cache-'));
    for (const kind of ['cold', 'warm']) {
      server.asked.length = 0;
      const result = await resolve(cache);
      const listings = server.asked.filter((path) => path.startsWith('/simple/'));
      rows.push({ name, kind, ...result, requests: result.requests ?? server.asked.length, twice: listings.length - new Set(listings).size });
    }
  }
  server.close();
  print(`${shape.size} distributions, ${shape.depth} deep, ${shape.versions} versions each, ${latency} ms to the index`, rows);
}

async function time(work) {
  const began = performance.now();
  await work();
  return { milliseconds: performance.now() - began };
}

/** A session of its own on a store that may be warm. Only the stage that resolves counts: wheels are fetched after it. */
async function resolveHere(graph, server, store, targets) {
  const made = await makeNodeEngine({ indexes: [{ name: 'default', url: server.url }], store });
  if (!made.ok) throw new Error(made.failure.message);
  const { engine, close } = made.value;
  try {
    await engine.ready();
    const text = `# /// script\n# dependencies = ${JSON.stringify(graph.roots)}\n# ///\nif __name__ == "__main__":\n    pass\n`;
    const opened = await engine.open({ kind: 'file', name: 'app.py', blob: new Blob([text]) }, {}, () => undefined);
    if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
    let rounds = 0;
    let requests;
    const report = ({ stage, label }) => {
      if (stage === 'resolve') rounds = Math.max(rounds, Number(/^round (\d+)/.exec(label)?.[1] ?? 0));
      // Some wheels are on their way when that is told first.
      else if (stage === 'fetch') requests ??= server.asked.filter((path) => !path.endsWith('.whl')).length;
    };
    const request = { id: opened.value.id, answers: {}, requirements: [], python: '3.14', targets, outputs: ['executable'], shebang: '', runtimeGroups: [], selfCommands: false, assemble: false };
    const built = await engine.build(request, report);
    if (!built.ok) throw new Error(JSON.stringify(built.failure));
    return { milliseconds: built.value.timings.resolve, rounds, requests };
  } finally {
    close();
  }
}

function print(title, rows) {
  console.log(`\n${title}`);
  const uv = Object.fromEntries(rows.filter(({ name }) => name.startsWith('uv')).map(({ kind, milliseconds }) => [kind, milliseconds]));
  const pip = Object.fromEntries(rows.filter(({ name }) => name.startsWith('pip')).map(({ kind, milliseconds }) => [kind, milliseconds]));
  const lines = [['what', 'cache', 'seconds', '÷ uv', '÷ pip', 'rounds', 'requests', 'listings asked twice'],
    ...rows.map(({ name, kind, milliseconds, rounds, requests, twice }) => [name, kind, (milliseconds / 1000).toFixed(2), (milliseconds / uv[kind]).toFixed(2), (milliseconds / pip[kind]).toFixed(2), rounds ?? '', requests, twice])];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => `${line[column]}`.length)));
  for (const line of lines) console.log('  ' + line.map((cell, column) => `${cell}`.padEnd(widths[column])).join('  ').trimEnd());
}
