// The wheels of a resolution → their bytes, each fetched once whatever number of targets wants it.
import { fail, success, type Failure, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { WheelRef } from '../model/resolution';
import type { Index } from '../protocol/supply';
import { nameFile } from './name-file';
import { nameMissing } from './name-missing';
import { runBounded } from './run-bounded';

const atOnce = 6;
/** Bytes. Such wheels come in twos: each is in memory a few times while its hash is checked, and two fill the line. */
const heavy = 16 * 2 ** 20;
const heavyAtOnce = 2;

/** Gives Blobs by sha256. Progress counts the bytes of all wheels where their sizes are known, wheels otherwise. */
export async function fetchWheels(wheels: WheelRef[], index: Index, reporter: Reporter): Promise<Outcome<Map<string, Blob>>> {
  const unique = [...new Map(wheels.map((wheel) => [wheel.sha256, wheel])).values()];
  const blobs = new Map<string, Blob>();
  const count = makeCount(unique, reporter);
  let stopped: Outcome<never> & { ok: false } | undefined;
  const fetchOne = async (wheel: WheelRef): Promise<void> => {
    if (reporter.signal.aborted) stopped ??= fail('cancelled', 'The build was cancelled while wheels were fetched.');
    if (stopped) return;
    const got = await index.wheel(wheel, { signal: reporter.signal, report: ({ done }) => count.arriving(wheel, done) });
    if (!got.ok) stopped ??= got;
    else blobs.set(wheel.sha256, got.value);
    if (got.ok) count.arrived(wheel);
  };
  // Where the index tells no sizes: hardly a wheel without native code is large.
  const isHeavy = ({ size, filename }: WheelRef): boolean => (size === undefined ? !filename.endsWith('-any.whl') : size > heavy);
  await runBounded(unique.filter((wheel) => !isHeavy(wheel)), atOnce, fetchOne);
  await runBounded(unique.filter(isHeavy), heavyAtOnce, fetchOne);
  if (stopped?.failure.code === 'supply/unreachable') return nameAll(stopped.failure, unique.filter(({ sha256 }) => !blobs.has(sha256)), index);
  return stopped ?? success(blobs);
}

/** Without a network every wheel that is lacking is told at once. */
async function nameAll(first: Failure, unfetched: WheelRef[], index: Index): Promise<Outcome<never>> {
  const missing = (await index.findMissing?.(unfetched)) ?? [];
  return { ok: false, failure: nameMissing(first, missing.map(({ filename }) => nameFile(filename))) };
}

function makeCount(wheels: WheelRef[], reporter: Reporter): { arriving(wheel: WheelRef, done: number): void; arrived(wheel: WheelRef): void } {
  const known = wheels.every(({ size }) => size !== undefined);
  const total = known ? wheels.reduce((sum, { size }) => sum + size!, 0) : wheels.length;
  const done = new Map<string, number>();
  const set = (wheel: WheelRef, amount: number): void => {
    done.set(wheel.sha256, amount);
    reporter.report({ stage: 'fetch', label: wheel.filename, done: [...done.values()].reduce((sum, one) => sum + one, 0), total });
  };
  return {
    arriving: (wheel, amount) => void (known && set(wheel, amount)),
    arrived: (wheel) => set(wheel, known ? wheel.size! : 1),
  };
}
