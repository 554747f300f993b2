// A requirement that somebody typed in → the distribution that it means, and a wheel of it to look into.
import { fail, success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { Distribution, WheelRef } from '../model/resolution';
import type { Target } from '../model/target';
import type { Question } from '../protocol/python';
import type { Runtimes } from '../protocol/supply';
import { choosePython } from './choose-python';
import { listPythons } from './list-pythons';
import { resolve, type ResolutionContext } from './resolve';

export interface FoundDistribution {
  name: string;
  version: string;
  wheel: WheelRef;
}

interface FindContext extends ResolutionContext {
  supply: ResolutionContext['supply'] & { runtimes: Runtimes };
}

/** Where some target cannot have all that it needs, it is found all the same: gaps are a matter of the build. */
export async function findDistribution(requirement: string, targets: Target[], uploadedPriorTo: string | undefined, context: FindContext, reporter: Reporter): Promise<Outcome<FoundDistribution>> {
  const pythons = await listPythons(targets, '', false, context.supply.runtimes);
  if (!pythons.ok) return pythons;
  const ask = (option: { targets: Target[]; runtimes: Map<string, { python: string }> }): Question => ({
    requirements: [{ requirement, origin: 'what was typed', hashes: [] }], constraints: [], targets: option.targets, local: [], preferred: {}, allowPrereleases: false,
    pythons: Object.fromEntries(option.targets.map(({ id }) => [id, option.runtimes.get(id)!.python])),
    ...(uploadedPriorTo === undefined ? {} : { uploadedPriorTo }),
  });
  const choice = await choosePython(pythons.value, targets, (option) => resolve(ask(option), context, reporter));
  const distributions = choice.ok ? choice.value.resolution.distributions : choice.failure.coverage?.distributions;
  const found = distributions?.find(({ requiredBy }) => requiredBy.some(({ name }) => name === ''));
  const wheel = found && pickWheel(found);
  if (wheel) return success({ name: found.name, version: found.version, wheel });
  return choice.ok ? fail('resolution/no-wheel', `${requirement} has no wheel for any of the targets.`) : choice;
}

const pickWheel = ({ wheels }: Distribution): WheelRef | undefined => Object.values(wheels).find(({ sha256 }) => sha256 !== '');
