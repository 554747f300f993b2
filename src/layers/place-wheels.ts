// A target's wheels → its wheel ingredients; a wheel that brings what another has brought is prepared once more, without that.
import { success, type Outcome } from '../model/failure';
import type { PreparedFrame, WheelIngredient } from '../model/ingredients';
import type { Resolution } from '../model/resolution';
import { findShared } from './find-shared';
import { prepareFrame, type FrameContext, type FrameOptions } from './prepare-frame';

export interface PlacedWheels {
  wheels: WheelIngredient[];
  /** Lines for people. */
  notices: string[];
}

/** What the app itself brings comes first. `wheels` and `frames` by sha256. */
export async function placeWheels(
  target: string, app: { name: string; frame: PreparedFrame }, resolution: Resolution, wheels: Map<string, Blob>, frames: Map<string, PreparedFrame>,
  options: FrameOptions, context: FrameContext,
): Promise<Outcome<PlacedWheels>> {
  const found = resolution.distributions.flatMap((distribution) => {
    const wheel = distribution.wheels[target];
    return wheel ? [{ distribution, wheel, blob: wheels.get(wheel.sha256)!, frame: frames.get(wheel.sha256)! }] : [];
  });
  const bringers = found.map(({ wheel, frame }) => ({ name: wheel.filename, placed: frame.placed }));
  const { omit: [, ...omits], notices } = findShared([{ name: app.name, placed: app.frame.placed }, ...bringers]);
  for (const [index, ingredient] of found.entries()) {
    const omit = omits[index]!;
    if (omit.length === 0) continue;
    const { filename, sha256 } = ingredient.wheel;
    const frame = await prepareFrame({ filename, sha256, blob: ingredient.blob }, { ...options, omit }, context);
    if (!frame.ok) return frame;
    ingredient.frame = frame.value;
  }
  return success({ wheels: found, notices });
}
