// Time from a dropped folder to artifacts: first, again, after one changed line; for one target and for five.
import { cpSync, openAsBlob, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const everywhere = ['linux-x86_64', 'linux-arm64', 'windows-x86_64', 'macos-arm64', 'macos-x86_64'];

export async function measureBuilds(repository, work) {
  const { makeNodeEngine } = await import(join(repository, 'dist/node/engine.mjs'));
  const { startIndexServer } = await import(join(repository, 'tests/index-server/start-index-server.mjs'));
  const index = await startIndexServer({ files: join(repository, '.build/index-files') });
  process.env.TERRARIUM_STORE = join(work, 'store');
  const made = await makeNodeEngine({ indexes: [{ name: 'default', url: index.url }] });
  if (!made.ok) throw new Error(made.failure.message);
  const { engine, close } = made.value;
  const project = join(work, 'plotter');
  cpSync(join(repository, 'tests/world/projects/plotter'), project, { recursive: true });
  try {
    const { milliseconds, boot } = await engine.ready();
    const rows = [['what', 'seconds', 'goal', 'where the time goes (ms)'], [`Python's own start (${boot})`, seconds(milliseconds), '', '']];
    const measure = async (what, targets, goal) => {
      const { elapsed, built } = await build(engine, project, targets);
      const parts = Object.entries(built.timings).map(([stage, time]) => `${stage} ${Math.round(time)}`).join(', ');
      rows.push([what, seconds(elapsed), goal, parts]);
      return built;
    };
    // Fills the store with wheels, then a new engine that has nothing but that store.
    await build(engine, project, everywhere);
    close();
    const again = await makeNodeEngine({ indexes: [{ name: 'default', url: index.url }] });
    await again.value.engine.ready();
    const fresh = async (what, targets, goal) => {
      const one = await makeNodeEngine({ indexes: [{ name: 'default', url: index.url }] });
      await one.value.engine.ready();
      forgetLayers(join(work, 'store'));
      const { elapsed, built } = await build(one.value.engine, project, targets);
      rows.push([what, seconds(elapsed), goal, Object.entries(built.timings).map(([stage, time]) => `${stage} ${Math.round(time)}`).join(', ')]);
      return one.value;
    };
    (await fresh('first build, wheels in the store, one target', ['linux-x86_64'], '< 3')).close();
    const session = await fresh('first build, wheels in the store, five targets', everywhere, '< 6');
    again.value.close();
    Object.assign(engine, session.engine);
    changeLine(project);
    const changed = await measure('after one changed line, one target', ['linux-x86_64'], '');
    changeLine(project);
    const five = await measure('after one changed line, five targets', everywhere, '< 1');
    const joined = await measureJoin(five.artifacts);
    rows.push(['joining five files', seconds(joined), '< 0.1', '']);
    session.close();
    const sizes = [['file', 'MB'], ...five.artifacts.map((one) => [one.name, (one.size / 1e6).toFixed(1)])];
    const linux = changed.artifacts[0];
    const path = join(work, linux.name);
    await writeFile(path, Buffer.from(await linux.blob.arrayBuffer()), { mode: 0o755 });
    return { rows, sizes, artifacts: { plotter: path } };
  } finally {
    close();
    await index.close();
  }
}

const seconds = (milliseconds) => (milliseconds / 1000).toFixed(2);

async function build(engine, project, targets) {
  const began = performance.now();
  const source = { kind: 'folder', name: 'plotter', files: await readFolder(project, '') };
  const opened = await engine.open(source, {}, () => undefined);
  if (!opened.ok) throw new Error(opened.failure.message);
  const request = { id: opened.value.id, answers: {}, requirements: [], python: '3.14', targets, outputs: ['executable'], shebang: '', runtimeGroups: [], assemble: true };
  const built = await engine.build(request, () => undefined);
  if (!built.ok) throw new Error(JSON.stringify(built.failure));
  return { elapsed: performance.now() - began, built: built.value };
}

async function readFolder(root, folder) {
  const files = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) files.push(...(await readFolder(root, path)));
    else files.push({ path, blob: await openAsBlob(join(root, path)) });
  }
  return files;
}

/** First builds prepare their layers: only the wheels stay. */
function forgetLayers(store) {
  rmSync(join(store, 'layers'), { recursive: true, force: true });
}

let changes = 0;
function changeLine(project) {
  const path = join(project, 'src/plotter/cli.py');
  writeFileSync(path, `${readFileSync(path, 'utf8')}\n# change ${++changes}\n`);
}

async function measureJoin(artifacts) {
  const halves = artifacts.map(({ blob }) => [blob.slice(0, blob.size / 2), blob.slice(blob.size / 2)]);
  const began = performance.now();
  const joined = halves.map((parts) => new Blob(parts));
  const elapsed = performance.now() - began;
  if (joined.some((blob, index) => blob.size !== artifacts[index].size)) throw new Error('a joined file has another size');
  return elapsed;
}
