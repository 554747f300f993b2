// A runtime's groups → those that this app needs: the required ones, and optional ones whose modules are imported or asked for.
import { fail } from '../model/failure';
import type { Analysis } from '../model/analysis';
import type { Frame } from '../model/ingredients';
import type { RuntimeGroup, RuntimeManifest } from '../model/runtime';

export function chooseGroups(runtime: RuntimeManifest, analysis: Analysis, frames: Frame[], asked: string[]): RuntimeGroup[] {
  const imported = new Set(analysis.stdlib);
  if (frames.some((frame) => frame.tkinter)) imported.add('tkinter');
  return runtime.groups.filter((group) => group.required || asked.includes(group.name) || group.modules.some((module) => imported.has(module)));
}

/** A group that is asked for must be there for one target at least: Python differs from system to system, misspellings do not. */
export function checkGroups(asked: string[], runtimes: Map<string, RuntimeManifest>): ReturnType<typeof fail> | undefined {
  const groups = [...runtimes.values()].flatMap((runtime) => runtime.groups);
  const wrong = asked.find((name) => !groups.some((group) => group.name === name));
  if (wrong === undefined) return undefined;
  const optional = [...new Set(groups.filter(({ required }) => !required).map(({ name }) => name))];
  return fail('plan/unsupported', `The standard library has no optional group called ${wrong}.`, optional.length ? `There are: ${optional.join(', ')}.` : 'There are none for these targets.');
}
