// A step whose result is current as long as its stamp names the digest of its inputs and its outputs are there.
// The stamp goes first and comes back last, so an interrupted run is redone.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hashInputs } from './hash-inputs.mjs';
import { buildFolder } from './paths.mjs';
import { writeWhole } from './write-whole.mjs';

/**
 * `id` names the stamp; `inputs()` gives what hashInputs takes; `outputs` are absolute paths; `run(say)` does the work.
 * `stamps`: their folder, for tests.
 */
export function makeStampedStep({ id, name, inputs, outputs, run, stamps = path.join(buildFolder, 'stamps') }) {
  const stamp = path.join(stamps, id);
  const digest = () => hashInputs(inputs());
  return {
    name,
    isCurrent: () => existsSync(stamp) && outputs.every((file) => existsSync(file)) && readFileSync(stamp, 'utf8') === digest(),
    async run(say) {
      rmSync(stamp, { force: true });
      const before = digest();
      await run(say);
      writeWhole(stamp, before);
    },
  };
}
