// Wheel → Frame: laid out, compiled and compressed by Python once, then kept by the wheel's hash.
import { sha256 } from '../formats/bytes/sha256';
import { success, type Outcome } from '../model/failure';
import type { Frame } from '../model/ingredients';
import type { Python } from '../protocol/python';
import type { Store } from '../protocol/supply';
import { readWheel } from '../supply/read-wheel';
import type { Memory } from '../model/memory';

export interface FrameOptions {
  prefix: 'site' | 'app';
  /** Series of the Python that will run it. */
  python: string;
  /** Compile ahead: only where Python here has the byte code of that series. */
  compile: boolean;
}

type FrameFacts = Omit<Frame, 'blob'>;

export interface FrameContext {
  python: Python;
  supply: { store: Store };
  memory: Memory;
}

interface WheelFile {
  filename: string;
  sha256: string;
  blob: Blob;
}

/** `how`: on the live interpreter (`call`), or beside it (`assist`). */
export async function prepareFrame(wheel: WheelFile, options: FrameOptions, context: FrameContext, how: 'call' | 'assist' = 'call'): Promise<Outcome<Frame>> {
  const kept = await findFrame(wheel, options, context);
  if (kept) return success(kept);
  const bytes = new Uint8Array(await wheel.blob.arrayBuffer());
  const input = await readWheel(wheel.filename, bytes);
  if (!input.ok) return input;
  const { answer, blobs } = await context.python[how]('wheel_layer', { wheel: input.value, ...options }, [bytes]);
  return answer.ok ? success(await keep(wheel, options, context, answer.value, blobs[0]!)) : answer;
}

export async function findFrame(wheel: WheelFile, options: FrameOptions, { python, supply, memory }: FrameContext): Promise<Frame | undefined> {
  const key = await makeKey((await python.ready()).code, wheel, options);
  const kept = memory.frames.get(key) ?? (await findKept(key, supply.store));
  if (kept) memory.frames.set(key, kept);
  return kept;
}

type LayerFacts = Pick<Frame, 'files' | 'unpacked' | 'native' | 'pth' | 'tkinter' | 'warnings'>;

async function keep(wheel: WheelFile, options: FrameOptions, { python, supply, memory }: FrameContext, layer: LayerFacts, bytes: Uint8Array): Promise<Frame> {
  const key = await makeKey((await python.ready()).code, wheel, options);
  const { files, unpacked, native, pth, tkinter, warnings } = layer;
  const facts: FrameFacts = { sha256: await sha256(bytes), size: bytes.length, files, unpacked, native, pth, tkinter, warnings };
  const frame = { ...facts, blob: await supply.store.put(`layers/${key}`, bytes) };
  await supply.store.put(`layers/${key}.json`, new TextEncoder().encode(JSON.stringify(facts)));
  memory.frames.set(key, frame);
  return frame;
}

/** `code`: of the Python package, so that frames of older code are never met again. */
async function makeKey(code: string, { sha256: digest, filename }: WheelFile, { prefix, python, compile }: FrameOptions): Promise<string> {
  return sha256(new TextEncoder().encode([code, digest, filename, prefix, python, compile].join('\n')));
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
