// Planned artifacts → files: each output joins its own parts.
import { sha256 } from '../formats/bytes/sha256';
import { fail, success, type Outcome } from '../model/failure';
import type { Artifact } from '../model/artifact';
import type { Prepared } from '../model/output';
import type { Reporter } from '../model/progress';
import { findOutput } from '../outputs/registry';

export async function assemblePlan(prepared: Prepared[], reporter: Reporter): Promise<Outcome<Artifact[]>> {
  const artifacts: Artifact[] = [];
  for (const one of prepared) {
    const { planned } = one;
    if (reporter.signal.aborted) return fail('cancelled', 'The build was cancelled while files were joined.');
    reporter.report({ stage: 'assemble', label: planned.name, done: artifacts.length, total: prepared.length });
    const joined = await findOutput(planned.output)!.assemble(one, reporter);
    if (!joined.ok) return joined;
    const blob = joined.value;
    artifacts.push({
      name: planned.name, output: planned.output, ...(planned.target === undefined ? {} : { target: planned.target }),
      blob, size: blob.size, sha256: await sha256(blob),
    });
  }
  return success(artifacts);
}
