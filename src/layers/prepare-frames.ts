// The wheels of a resolution → their frames, each prepared once whatever number of targets wants it.
import { fail, success, type Outcome } from '../model/failure';
import type { PreparedFrame } from '../model/ingredients';
import type { Reporter } from '../model/progress';
import type { Resolution } from '../model/resolution';
import { findFrame, prepareFrame, type FrameContext, type FrameOptions } from './prepare-frame';

/** Frames by wheel sha256. Compiling is most of the work: what is not kept is shared between two interpreters. */
export async function prepareFrames(
  resolution: Resolution, wheels: Map<string, Blob>, options: FrameOptions, context: FrameContext, reporter: Reporter,
): Promise<Outcome<Map<string, PreparedFrame>>> {
  const refs = [...new Map(resolution.distributions.flatMap(({ wheels }) => Object.values(wheels)).map((ref) => [ref.sha256, ref])).values()];
  const files = refs.map(({ filename, sha256 }) => ({ filename, sha256, blob: wheels.get(sha256)! }));
  const frames = new Map<string, PreparedFrame>();
  const missing: typeof files = [];
  for (const file of files) {
    const kept = await findFrame(file, options, context);
    if (kept) frames.set(file.sha256, kept);
    else missing.push(file);
  }
  // The largest first, so that neither interpreter is left with it at the end.
  missing.sort((a, b) => b.blob.size - a.blob.size);
  let stopped: ReturnType<typeof fail> | undefined;
  const work = async (how: 'call' | 'assist') => {
    for (let file = missing.shift(); file && !stopped; file = missing.shift()) {
      if (reporter.signal.aborted) stopped = fail('cancelled', 'The build was cancelled while layers were prepared.');
      reporter.report({ stage: 'layers', label: file.filename, done: frames.size, total: files.length });
      const frame = await prepareFrame(file, options, context, how);
      if (!frame.ok) stopped = frame;
      else frames.set(file.sha256, frame.value);
    }
  };
  await Promise.all(missing.length > 1 ? [work('call'), work('assist')] : [work('call')]);
  // In the order of the resolution, whichever was kept or ready first.
  return stopped ?? success(new Map(files.map(({ sha256 }) => [sha256, frames.get(sha256)!])));
}
