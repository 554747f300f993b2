// The sources become dist/web (the page) and dist/node (the CLI), by Vite; what is current is left alone.
//   node tools/build.mjs     also copies public/ into dist/web, for a static server
import { cpSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { makeStampedStep } from './setup/make-stamped-step.mjs';
import { at } from './setup/paths.mjs';
import { runCommand } from './setup/run-command.mjs';
import { runSteps } from './setup/run-steps.mjs';
import { stopClearly } from './setup.mjs';

const sources = ['src', 'workers', 'package-lock.json', 'tsconfig.json'];

const makeBuild = (id, name, config, output) => makeStampedStep({
  id: `build-${id}`,
  name,
  inputs: () => [...sources, config].map((each) => ({ path: at(each) })),
  outputs: [at(output)],
  run: () => runCommand(`building ${output}`, process.execPath, [at('node_modules/vite/bin/vite.js'), 'build', '--config', at(config), '--logLevel', 'warn']),
});

const steps = [
  makeBuild('web', 'The page: Vite to dist/web', 'vite.config.ts', 'dist/web/index.html'),
  makeBuild('node', 'The CLI: Vite to dist/node', 'vite.node.config.ts', 'dist/node/terrarium.mjs'),
];

/** Throws a SetupStop where a build fails. Needs set-up's result. */
export const build = () => runSteps(steps);

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await stopClearly(build);
  cpSync(at('public'), at('dist/web'), { recursive: true });
}
