// A Resolution as Python gives it → the same with the wheels that are built here, built.
import { success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { Distribution, Resolution, WheelRef } from '../model/resolution';
import type { Sources } from '../protocol/sources';

export async function completeWheels(resolution: Resolution, sources: Sources, reporter: Reporter): Promise<Outcome<Resolution>> {
  const built = new Map<string, WheelRef>();
  const notices: string[] = [];
  for (const { wheels } of resolution.distributions) {
    for (const { built: source } of Object.values(wheels)) {
      if (!source || built.has(source.sha256)) continue;
      const made = await sources.wheel(source, reporter);
      if (!made.ok) return made;
      built.set(source.sha256, made.value.wheel);
      notices.push(...made.value.notices);
    }
  }
  if (built.size === 0) return success(resolution);
  const complete = ({ wheels, ...rest }: Distribution): Distribution =>
    ({ ...rest, wheels: Object.fromEntries(Object.entries(wheels).map(([id, wheel]) => [id, wheel.built ? built.get(wheel.built.sha256)! : wheel])) });
  return success({ ...resolution, distributions: resolution.distributions.map(complete), notices: [...resolution.notices, ...notices] });
}
