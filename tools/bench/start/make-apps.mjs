// The two apps that are compared: one that does nothing, and the click/rich/httpx project that the other figures are about; each as wheels and packed by us.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../../setup/paths.mjs';
import { runCommand } from '../../setup/run-command.mjs';

const facts = '{"version": "4.2.0", "httpx": "0.28.1", "colours": ["red", "green", "blue"], "title": "Words"}\n';

const helloApp = {
  name: 'hello', version: '1.0', module: 'hello', source: at('tools/bench/start/hello.py'), project: at('tools/bench/start/hello.py'), requirements: '',
  start: (venv) => [join(venv, 'lib/python3.14/site-packages/hello.py')], words: [], proof: { words: ['here'], says: 'here\n' },
};

export const plotterApp = {
  name: 'plotter', version: '4.2.0', module: 'plotter.cli', source: at('tests/world/projects/plotter/src'), project: at('tests/world/projects/plotter'),
  requirements: 'click rich httpx', hasData: true, start: () => ['-m', 'plotter'], words: ['--facts'], proof: { words: ['--facts'], says: facts },
};

const apps = [helloApp, plotterApp];

export async function makeApps(python, indexUrl, work) {
  const made = [];
  for (const app of apps) {
    const folder = join(work, app.name);
    mkdirSync(folder, { recursive: true });
    const packed = await pack(app, indexUrl, folder);
    const wheels = [await writeWheel(app, python, folder), ...lockedWheels(folder)];
    made.push({ ...app, folder, packed, wheels });
  }
  return made;
}

async function pack(app, indexUrl, out) {
  const words = ['build', app.project, '--target', 'linux-x86_64', '--output', 'executable', '--index', indexUrl, '--out', out];
  await runCommand(`packing ${app.name}`, process.execPath, [at('bin/terrarium.mjs'), ...words]);
  return join(out, `${app.name}-${app.version}-linux-x86_64`);
}

export async function writeWheel(app, python, out) {
  await runCommand(`writing the wheel of ${app.name}`, python, [at('tools/bench/start/write_wheel.py'), app.source, app.name, app.version, `${app.module}:main`, app.requirements, out]);
  return join(out, `${app.name}-${app.version}-py3-none-any.whl`);
}

/** What our executable carries, so that all carry the same. */
const lockedWheels = (folder) => [...new Set(readFileSync(join(folder, 'pylock.toml'), 'utf8').match(/[\w.+-]+\.whl/g))].map((name) => at('.build/index-files', name));
