// A runtime's groups → those that this app needs: the required ones, and optional ones whose modules are imported or asked for.
import type { Analysis } from '../model/analysis';
import type { Frame } from '../model/ingredients';
import type { RuntimeGroup, RuntimeManifest } from '../model/runtime';

export function chooseGroups(runtime: RuntimeManifest, analysis: Analysis, frames: Frame[], asked: string[]): RuntimeGroup[] {
  const imported = new Set(analysis.stdlib);
  if (frames.some((frame) => frame.tkinter)) imported.add('tkinter');
  return runtime.groups.filter((group) => group.required || asked.includes(group.name) || group.modules.some((module) => imported.has(module)));
}
