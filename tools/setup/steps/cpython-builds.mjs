// The catalogue's CPython builds, fetched from their sources and unpacked to .build/cpython/<python>-<target>.
import { readCatalogue } from '../../runtimes/read-catalogue.mjs';
import { findHostTarget } from '../../runtimes/host-target.mjs';
import { buildFolderOf, isNeeded } from '../../runtimes/build-places.mjs';
import { fetchBuild } from '../../runtimes/fetch-build.mjs';
import { makeGroupStep } from '../make-group-step.mjs';
import { makeStampedStep } from '../make-stamped-step.mjs';
import { at } from '../paths.mjs';

const makeStep = (catalogue) => (build) => makeStampedStep({
  id: `cpython-${build.python}-${build.target}`,
  name: `CPython ${build.python} for ${build.target}`,
  inputs: () => [JSON.stringify([build, catalogue.sources[build.source]]), { path: at('tools/runtimes/unpack.py') }],
  outputs: [buildFolderOf(build)],
  run: (say) => fetchBuild(build, catalogue.sources[build.source], buildFolderOf(build), say),
});

export default makeGroupStep('CPython builds: fetching and unpacking to .build/cpython', 1, () => {
  const catalogue = readCatalogue();
  return catalogue.builds.filter((build) => isNeeded(build, findHostTarget())).map(makeStep(catalogue));
});
