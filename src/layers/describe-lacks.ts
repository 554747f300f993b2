// Chosen groups of runtimes that came without something → a line for people each, the targets that it concerns together.
import type { TargetIngredients } from '../model/ingredients';

export function describeLacks(targets: Pick<TargetIngredients, 'target' | 'runtime' | 'groups'>[]): string[] {
  const concerned = new Map<string, string[]>();
  for (const { target, runtime, groups } of targets) {
    for (const { name, lacks } of groups) {
      if (lacks === undefined) continue;
      const lack = `${name} of CPython ${runtime.python} lacks ${lacks}`;
      concerned.set(lack, [...(concerned.get(lack) ?? []), target.id]);
    }
  }
  return [...concerned].map(([lack, ids]) => `${lack} (${ids.join(', ')}). Builds of python-build-standalone are complete: tools/runtimes/README.md says how to use them.`);
}
