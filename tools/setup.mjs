// A fresh clone becomes one that can be served and tested. Plain Node: it runs before any dependency is there.
//   node tools/setup.mjs [--tests]
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { holdLock } from './setup/hold-lock.mjs';
import { buildFolder } from './setup/paths.mjs';
import { areCurrent, runSteps } from './setup/run-steps.mjs';
import { SetupStop } from './setup/setup-stop.mjs';
import prerequisites from './setup/steps/prerequisites.mjs';
import npmDependencies from './setup/steps/npm-dependencies.mjs';
import pyodide from './setup/steps/pyodide.mjs';
import pythonWheels from './setup/steps/python-wheels.mjs';
import terrariumPackage from './setup/steps/terrarium-package.mjs';
import pyodideSnapshot from './setup/steps/pyodide-snapshot.mjs';
import configuration from './setup/steps/configuration.mjs';
import cpythonBuilds from './setup/steps/cpython-builds.mjs';
import runtimePacks from './setup/steps/runtime-packs.mjs';
import systemPackages from './setup/steps/system-packages.mjs';
import pytest from './setup/steps/pytest.mjs';
import testWheels from './setup/steps/test-wheels.mjs';

const steps = [prerequisites, npmDependencies, pyodide, pythonWheels, terrariumPackage, pyodideSnapshot, configuration, cpythonBuilds, runtimePacks];
const stepsForTests = [systemPackages, pytest, testWheels];

/** Throws a SetupStop, whose message is for the user, where something is missing. Does nothing where all is current. */
export async function setup({ forTests = false } = {}) {
  const wanted = forTests ? [...steps, ...stepsForTests] : steps;
  if (await areCurrent(wanted)) return;
  const started = performance.now();
  await holdLock(path.join(buildFolder, 'setup.lock'), () => runSteps(wanted));
  console.log(`Set up in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
}

/** Runs `work` and ends the process with one sentence where it stops as expected. */
export async function stopClearly(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SetupStop)) throw error;
    console.error(`\n${error.message}`);
    process.exit(1);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await stopClearly(() => setup({ forTests: process.argv.includes('--tests') }));
