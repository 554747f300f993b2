// Wheel → Frame: laid out, compiled and compressed by Python once, then kept by the wheel's hash.
import { sha256 } from '../formats/bytes/sha256';
import { success, type Outcome } from '../model/failure';
import type { Frame } from '../model/ingredients';
import type { Python } from '../protocol/python';
import type { Store } from '../protocol/supply';
import { readWheel } from '../supply/read-wheel';
import type { Memory } from './memory';

export interface FrameOptions {
  prefix: 'site' | 'app';
  /** Series of the Python that will run it. */
  python: string;
  /** Compile ahead: only where Python here has the byte code of that series. */
  compile: boolean;
}

type FrameFacts = Omit<Frame, 'blob'>;

export async function prepareFrame(
  wheel: { filename: string; sha256: string; blob: Blob },
  options: FrameOptions,
  { python, supply: { store }, memory }: { python: Python; supply: { store: Store }; memory: Memory },
): Promise<Outcome<Frame>> {
  const { code } = await python.ready();
  const key = await makeKey(code, wheel.sha256, wheel.filename, options);
  const kept = memory.frames.get(key) ?? (await findKept(key, store));
  if (kept) {
    memory.frames.set(key, kept);
    return success(kept);
  }
  const bytes = new Uint8Array(await wheel.blob.arrayBuffer());
  const input = await readWheel(wheel.filename, bytes);
  if (!input.ok) return input;
  const { answer, blobs } = await python.call('wheel_layer', { wheel: input.value, ...options }, [bytes]);
  if (!answer.ok) return answer;
  const { files, unpacked, native, pth, tkinter, warnings } = answer.value;
  const frame = blobs[0]!;
  const facts: FrameFacts = { sha256: await sha256(frame), size: frame.length, files, unpacked, native, pth, tkinter, warnings };
  const blob = await store.put(`layers/${key}`, frame);
  await store.put(`layers/${key}.json`, new TextEncoder().encode(JSON.stringify(facts)));
  memory.frames.set(key, { ...facts, blob });
  return success({ ...facts, blob });
}

/** `code`: of the Python package, so that frames of older code are never met again. */
async function makeKey(code: string, wheel: string, filename: string, { prefix, python, compile }: FrameOptions): Promise<string> {
  return sha256(new TextEncoder().encode([code, wheel, filename, prefix, python, compile].join('\n')));
}

/** What the store gives back is checked like any other outside byte; damage means preparing again. */
async function findKept(key: string, store: Store): Promise<Frame | undefined> {
  const [facts, blob] = await Promise.all([store.get(`layers/${key}.json`), store.get(`layers/${key}`)]);
  if (!facts || !blob) return undefined;
  const parsed = parseFacts(await facts.text());
  if (!parsed || parsed.size !== blob.size || (await sha256(blob)) !== parsed.sha256) return undefined;
  return { ...parsed, blob };
}

function parseFacts(text: string): FrameFacts | undefined {
  try {
    const facts = JSON.parse(text) as FrameFacts;
    const whole = typeof facts.sha256 === 'string' && Number.isInteger(facts.size) && Number.isInteger(facts.files)
      && Number.isInteger(facts.unpacked) && Array.isArray(facts.native) && Array.isArray(facts.pth) && Array.isArray(facts.warnings);
    return whole ? facts : undefined;
  } catch {
    return undefined;
  }
}
