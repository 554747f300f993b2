// Pythons that may be packed → the one with which most targets get everything that they need, and why it is not the newest.
import { success, type Failure, type Outcome } from '../model/failure';
import type { Resolution } from '../model/resolution';
import type { Target } from '../model/target';
import type { PythonOption } from './list-pythons';

export interface PythonChoice extends PythonOption {
  resolution: Resolution;
}

/** `options`: newest first. Others are tried only where the newest lacks something. */
export async function choosePython(
  options: PythonOption[], wanted: Target[], resolveFor: (option: PythonOption) => Promise<Outcome<Resolution>>,
): Promise<Outcome<PythonChoice>> {
  let best: PythonChoice | undefined;
  let first: Failure | undefined;
  let whole = 0;
  for (const option of options) {
    // Fewer targets than another has already: not worth asking.
    if (option.targets.length <= (best?.targets.length ?? 0)) continue;
    const resolution = await resolveFor(option);
    if (resolution.ok) best = { ...option, resolution: resolution.value };
    else if (!isAboutPython(resolution.failure)) return resolution;
    else {
      first ??= resolution.failure;
      whole = Math.max(whole, countWhole(option, resolution.failure));
    }
  }
  // A Python for one target does not win over one that lacks something for one target alone.
  if (!best || (first && best.targets.length <= whole)) return { ok: false, failure: first! };
  return success({ ...best, resolution: { ...best.resolution, notices: [...describe(best, wanted, first), ...best.resolution.notices] } });
}

const isAboutPython = ({ code, coverage }: Failure) => coverage !== undefined || code === 'resolution/conflict';

const countWhole = ({ targets }: PythonOption, { coverage }: Failure) =>
  coverage ? targets.filter(({ id }) => !coverage.gaps.some((gap) => gap.target === id)).length : 0;

function describe({ series, targets }: PythonChoice, wanted: Target[], passed: Failure | undefined): string[] {
  const left = wanted.filter((target) => !targets.includes(target)).map(({ label }) => label);
  const gap = passed?.coverage?.gaps[0];
  return [
    ...(passed ? [`CPython ${series} was chosen: ${gap ? `${gap.reason}.` : passed.message}`] : []),
    ...(left.length ? [`Left out: ${left.join(', ')}; no CPython ${series} is at hand for ${left.length === 1 ? 'it' : 'them'}.`] : []),
  ];
}
