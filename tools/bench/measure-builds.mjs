// Time from a dropped folder to artifacts: first, and after one changed line; for one target and for five. The engine runs in Node with Python up.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFolder } from '../read-folder.mjs';

const everywhere = ['linux-x86_64', 'linux-arm64', 'windows-x86_64', 'macos-arm64', 'macos-x86_64'];
const one = ['linux-x86_64'];

/** Gives rows to print and the artifacts of the last build. */
export async function measureBuilds(repository, work, indexUrl) {
  const { makeNodeEngine } = await import(join(repository, 'dist/node/engine.mjs'));
  const store = join(work, 'store');
  const project = join(work, 'plotter');
  cpSync(join(repository, 'tests/world/projects/plotter'), project, { recursive: true });
  const rows = [['what', 'seconds', 'goal', 'where the time goes, ms']];

  /** A session of its own: nothing is remembered but what the store holds. */
  const inSession = async (work) => {
    const made = await makeNodeEngine({ indexes: [{ name: 'default', url: indexUrl }], store });
    if (!made.ok) throw new Error(made.failure.message);
    try {
      const ready = await made.value.engine.ready();
      return await work(made.value.engine, ready);
    } finally {
      made.value.close();
    }
  };
  const measure = async (engine, what, targets, goal) => {
    const began = performance.now();
    const built = await build(engine, project, targets);
    const elapsed = performance.now() - began;
    const stages = Object.entries(built.timings).map(([stage, time]) => `${stage} ${Math.round(time)}`).join(', ');
    rows.push([what, seconds(elapsed), goal, stages]);
    return built;
  };

  await inSession((engine) => build(engine, project, everywhere));
  for (const [targets, label, goal] of [[one, 'one target', '< 3'], [everywhere, 'five targets', '< 6']]) {
    rmSync(join(store, 'layers'), { recursive: true, force: true });
    await inSession((engine) => measure(engine, `first build, store has wheels only, ${label}`, targets, goal));
    await inSession((engine) => measure(engine, `first build, store has prepared layers too, ${label}`, targets, goal));
  }
  return inSession(async (engine, ready) => {
    await build(engine, project, everywhere);
    changeLine(project);
    await measure(engine, 'after one changed line, one target', one, '');
    changeLine(project);
    const { artifacts, resolution } = await measure(engine, 'after one changed line, five targets', everywhere, '< 1');
    rows.push(['joining five Blobs', seconds(measureJoin(artifacts)), '< 0.1', '']);
    rows.push([`Python's own start (${ready.boot})`, seconds(ready.milliseconds), '', '']);
    return { rows, artifacts, resolution };
  });
}

const seconds = (milliseconds) => (milliseconds / 1000).toFixed(2);

async function build(engine, project, targets) {
  const source = { kind: 'folder', name: 'plotter', files: await readFolder(project, '') };
  const opened = await engine.open(source, {}, () => undefined);
  if (!opened.ok) throw new Error(opened.failure.message);
  const request = { id: opened.value.id, answers: {}, requirements: [], python: '3.14', targets, outputs: ['executable'], shebang: '', runtimeGroups: [], assemble: true };
  const built = await engine.build(request, () => undefined);
  if (!built.ok) throw new Error(JSON.stringify(built.failure));
  await engine.close(opened.value.id);
  return built.value;
}

let changes = 0;
function changeLine(project) {
  const path = join(project, 'src/plotter/cli.py');
  writeFileSync(path, `${readFileSync(path, 'utf8')}\n# change ${++changes}\n`);
}

function measureJoin(artifacts) {
  const pieces = artifacts.map(({ blob }) => Array.from({ length: 20 }, (_, at) => blob.slice(Math.floor((at * blob.size) / 20), Math.floor(((at + 1) * blob.size) / 20))));
  const began = performance.now();
  const joined = pieces.map((parts) => new Blob(parts));
  const elapsed = performance.now() - began;
  if (joined.some((blob, index) => blob.size !== artifacts[index].size)) throw new Error('a joined file has another size');
  return elapsed;
}
