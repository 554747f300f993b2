// An app's contenders → samples of their later and first starts, and what these leave on the disk.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../../setup/paths.mjs';
import { runCommand } from '../../setup/run-command.mjs';
import { ours } from './contenders.mjs';
import { diskUse } from './disk-use.mjs';

/** What no start can be faster than, measured in the same rounds. */
export const floors = { isolated: 'python -I -S -c pass', bare: 'python -c pass', unpacking: 'tar x of our tree + sync' };
export const second = `${ours}, its CPython being there`;

export async function measureApp(app, contenders, bench, rounds) {
  const disk = await startOnce(app, contenders);
  const own = contenders.find(({ name }) => name === ours);
  const tree = await packTree(own, app.folder);
  const plain = { env: bench.env, folder: app.folder, clear: [] };
  const start = (contender, clear) => ({ name: contender.name, steps: [[...contender.command, ...app.words]], env: contender.env, folder: app.folder, clear });
  const warm = await timeStarts(bench, app.folder, rounds.warm, [
    ...contenders.map((contender) => start(contender, [])),
    { ...plain, name: floors.isolated, steps: [[bench.python, '-I', '-S', '-c', 'pass']] },
    { ...plain, name: floors.bare, steps: [[bench.python, '-c', 'pass']] },
  ]);
  const cold = await timeStarts(bench, app.folder, rounds.cold, [
    ...contenders.map((contender) => start(contender, contender.caches)),
    { ...start(own, [join(own.caches[0], 'terrarium/apps')]), name: second },
    { ...plain, name: floors.unpacking, steps: [['/usr/bin/tar', 'xf', tree.file, '-C', tree.empty], ['/usr/bin/sync', '-f', tree.empty]], clear: [tree.empty] },
  ]);
  return { warm, cold, disk };
}

/** The first start of each: proves that all say the same, and shows what is on the disk afterwards. */
async function startOnce(app, contenders) {
  const disk = {};
  for (const { name, command, env, handedOut, caches, installed } of contenders) {
    const said = await runCommand(`starting ${name}`, command[0], [...command.slice(1), ...app.proof.words], { cwd: app.folder, env });
    if (said !== app.proof.says) throw new Error(`${name} said ${JSON.stringify(said)}, expected ${JSON.stringify(app.proof.says)}`);
    disk[name] = { handedOut: diskUse(handedOut), left: diskUse([...caches, ...installed]) };
  }
  return disk;
}

async function packTree(contender, folder) {
  const file = join(folder, 'tree.tar');
  const empty = join(folder, 'unpacked');
  await runCommand('packing the tree', 'tar', ['cf', file, '-C', contender.caches[0], '.']);
  mkdirSync(empty);
  return { file, empty };
}

async function timeStarts(bench, folder, rounds, commands) {
  return JSON.parse(await runCommand('timing starts', bench.python, [at('tools/bench/start/time_starts.py')], { env: bench.env, input: JSON.stringify({ rounds, aside: join(folder, 'aside'), commands }) }));
}
