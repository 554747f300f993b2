// The wheels of a resolution → their bytes, each fetched once whatever number of targets wants it.
import { fail, success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { WheelRef } from '../model/resolution';
import type { Index } from '../protocol/supply';

const atOnce = 6;

/** Gives Blobs by sha256. */
export async function fetchWheels(wheels: WheelRef[], index: Index, reporter: Reporter): Promise<Outcome<Map<string, Blob>>> {
  const unique = [...new Map(wheels.map((wheel) => [wheel.sha256, wheel])).values()];
  const blobs = new Map<string, Blob>();
  const waiting = [...unique];
  let stopped: ReturnType<typeof fail> | undefined;
  const work = async () => {
    for (let wheel = waiting.shift(); wheel && !stopped; wheel = waiting.shift()) {
      if (reporter.signal.aborted) stopped = fail('cancelled', 'The build was cancelled while wheels were fetched.');
      else {
        const got = await index.wheel(wheel, reporter);
        if (!got.ok) stopped = got;
        else blobs.set(wheel.sha256, got.value);
      }
      reporter.report({ stage: 'fetch', label: wheel.filename, done: blobs.size, total: unique.length });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, unique.length) }, work));
  return stopped ?? success(blobs);
}
