// Projects built by the CLI as its users have it, and run on every platform that this machine has: rows of case × platform.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../setup/paths.mjs';
import { findArm64Libraries } from './arm64-libraries.mjs';
import { checkRun } from './check-run.mjs';
import { makeInput } from './make-input.mjs';
import { installPlain, runPlain } from './plain-python.mjs';

/** `tools`: the modules of tests/platforms. */
export async function checkApps(cases, tools, report) {
  const cache = tools.makeCache();
  try {
    for (const one of cases) await checkApp(one, { ...tools, cache }, report);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

async function checkApp(one, tools, report) {
  const out = mkdtempSync(join(tmpdir(), 'terrarium-world-out-'));
  let result;
  await report(one.name, 'build', async () => {
    result = await build(one, out, tools);
    return one.refuses ? `refused: ${result.failure.message}` : describe(result);
  });
  for (const target of result?.built ? one.targets : []) {
    const { missing } = tools.runners[target];
    await report(one.name, target, missing ? { skipped: `needs ${missing}` } : () => runOnTarget(one, target, result, tools));
    // The next target has room.
    rmSync(tools.pathOf(result, 'executable', target), { force: true });
  }
  rmSync(out, { recursive: true, force: true });
}

async function build({ source, words = [], targets, alsoTargets = [], refuses, packs = {} }, out, { terrarium }) {
  const all = [...targets, ...alsoTargets];
  const result = await terrarium(['build', makeInput(source), '--output', 'executable', '--target', all.join(), '--out', out, ...words], { TERRARIUM_STORE: at('.build/world/store') });
  if (refuses) {
    if (result.failure?.code !== refuses) throw new Error(`expected ${refuses}, found ${JSON.stringify(result.failure ?? 'a build')}`);
    return result;
  }
  if (result.code !== 0) throw new Error(JSON.stringify(result.failure ?? result.stderr));
  for (const [name, expected] of Object.entries(packs)) checkPacked(name, expected, all, result);
  return result;
}

function checkPacked(name, expected, targets, { built }) {
  const wheels = built.resolution.distributions.filter((distribution) => distribution.name === name).flatMap((distribution) => Object.keys(distribution.wheels));
  const found = targets.filter((target) => wheels.includes(target)).sort();
  if (found.join() !== expected.join()) throw new Error(`${name} is packed for ${found.join() || 'nothing'}, expected ${expected.join()}`);
}

const describe = ({ built }) => `${built.resolution.distributions.length} distributions, ${built.artifacts.map(({ size }) => (size / 1e6).toFixed(0)).join(', ')} MB`;

async function runOnTarget(one, target, result, tools) {
  const work = mkdtempSync(join(tmpdir(), 'terrarium-world-run-'));
  try {
    const file = tools.pathOf(result, 'executable', target);
    const settings = { target, work, env: environment(target), tools };
    for (const run of one.runs.filter(({ only }) => !only || only.includes(target))) await checkRun(file, run, settings);
    return one.plain?.includes(target) ? await comparePlain(one, file, result, settings) : undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Wine 8 ends any program that asks WMI, as Python's `platform` does, in plain Python too; without that library Python asks elsewhere. */
const environment = (target) => ({
  'windows-x86_64': () => ({ WINEDLLOVERRIDES: 'mscoree,mshtml,wbemprox=' }),
  'linux-arm64': () => ({ QEMU_SET_ENV: `LD_LIBRARY_PATH=${findArm64Libraries()}` }),
})[target]?.() ?? {};

async function comparePlain(one, file, result, { target, work, env, tools }) {
  const site = installPlain(result.built.resolution, target, work);
  const script = join(work, one.source.project);
  copyFileSync(at('tests/world/projects', one.source.project), script);
  const plain = await runPlain(target, script, site, env, tools);
  const ours = await tools.runOn(target, file, [], tools.cache, { env, limit: 240_000 });
  // Where a module cannot be loaded the traceback names places; what went wrong is its last line.
  const told = ({ code, stdout, stderr }) => JSON.stringify([code, stdout || stderr.trim().split('\n').at(-1)]);
  if (told(ours) !== told(plain)) throw new Error(`plain Python gives ${told(plain)}, ours ${told(ours)}`);
  return `as plain Python: ${(ours.stdout || ours.stderr).trim().split('\n').at(-1)}`;
}
