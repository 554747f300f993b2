// The unpacked builds become runtime packs in public/runtimes, two at a time, and their catalogue.
import { readCatalogue } from '../../runtimes/read-catalogue.mjs';
import { packFolderOf } from '../../runtimes/build-places.mjs';
import { listPackInputs, packBuild } from '../../runtimes/pack-build.mjs';
import { printPackSizes } from '../../runtimes/print-pack-sizes.mjs';
import { writeRuntimeCatalogue } from '../../runtimes/write-runtime-catalogue.mjs';
import { makeGroupStep } from '../make-group-step.mjs';
import { makeStampedStep } from '../make-stamped-step.mjs';
import { at } from '../paths.mjs';

const catalogueFile = at('public/runtimes/catalogue.json');

const makeStep = (catalogue) => (build) => makeStampedStep({
  id: `runtime-${build.python}-${build.target}`,
  name: `runtime ${build.python} for ${build.target}`,
  inputs: () => listPackInputs(catalogue, build),
  outputs: [`${packFolderOf(build)}/manifest.json`],
  run: () => packBuild(catalogue, build),
});

const packed = (catalogue) => catalogue.builds.filter((build) => build.pack);
const group = makeGroupStep('Runtime packs: compiling, grouping and compressing to public/runtimes', 2, () => {
  const catalogue = readCatalogue();
  return packed(catalogue).map(makeStep(catalogue));
});

const listing = makeStampedStep({
  id: 'runtime-catalogue',
  name: 'catalogue',
  inputs: () => packed(readCatalogue()).map((build) => ({ path: `${packFolderOf(build)}/manifest.json` })),
  outputs: [catalogueFile],
  run: async () => writeRuntimeCatalogue(packed(readCatalogue()), catalogueFile),
});

export default {
  name: group.name,
  isCurrent: async () => (await group.isCurrent()) && listing.isCurrent(),
  async run(say) {
    await group.run(say);
    await listing.run(say);
    for (const line of printPackSizes(packed(readCatalogue()))) say(line);
  },
};
