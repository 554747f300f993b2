// The index that this machine's pip uses becomes public/config.json, which the served page reads.
import { findPython } from '../find-program.mjs';
import { fetchPipIndex, findPipFiles, stripCredentials } from '../pip-index.mjs';
import { makeStampedStep } from '../make-stamped-step.mjs';
import { at } from '../paths.mjs';
import { writeWhole } from '../write-whole.mjs';

const file = at('public/config.json');

/** pip's answers take half a second, so what they depend on is watched instead: its variables and configuration files. */
const inputs = () => [findPython() ?? '', process.env.PIP_INDEX_URL ?? '', process.env.PIP_CONFIG_FILE ?? '', ...findPipFiles().map((path) => ({ path }))];

export default makeStampedStep({
  id: 'configuration',
  name: 'Configuration: asking pip for its index, to public/config.json',
  inputs,
  outputs: [file],
  async run(say) {
    const { url, hadCredentials } = stripCredentials(await fetchPipIndex());
    if (hadCredentials) say('the index URL of pip has credentials, which are not written: give them in the page or to the gateway');
    writeWhole(file, `${JSON.stringify({ format: 1, indexes: [{ name: 'default', url }], gateway: '/gateway/' }, null, 1)}\n`);
  },
});
