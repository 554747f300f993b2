// Wheel → Frame: laid out, compiled and compressed by Python once, then kept by the wheel's hash.
import { sha256 } from '../formats/bytes/sha256';
import { success, type Outcome } from '../model/failure';
import type { PreparedFrame } from '../model/ingredients';
import type { Python } from '../protocol/python';
import type { Store } from '../protocol/supply';
import { hasShape, isCount, isDigest, isListOf, isMapOf, isText, type Guard } from '../supply/check-shape';
import { findAnswer, keepAnswer } from '../supply/kept-answer';
import { readWheel } from '../supply/read-wheel';
import type { Memory } from '../model/memory';

export interface FrameOptions {
  prefix: 'site-packages' | 'app';
  /** Series of the Python that will run it. */
  python: string;
  /** Compile ahead: only where Python here has the byte code of that series. */
  compile: boolean;
  /** Paths in the app's folder that another wheel brings. */
  omit?: string[];
}

type FrameFacts = Omit<PreparedFrame, 'blob'>;

export interface FrameContext {
  python: Python;
  supply: { store: Store };
  memory: Memory;
}

export interface WheelFile {
  filename: string;
  sha256: string;
  blob: Blob;
}

/** `how`: on the live interpreter (`call`), or beside it (`assist`). */
export async function prepareFrame(wheel: WheelFile, options: FrameOptions, context: FrameContext, how: 'call' | 'assist' = 'call'): Promise<Outcome<PreparedFrame>> {
  const kept = await findFrame(wheel, options, context);
  if (kept) return success(kept);
  // A Blob crosses as what it is: its bytes are in memory once, where they are used.
  const input = await readWheel(wheel.filename, wheel.blob);
  if (!input.ok) return input;
  const { answer, blobs } = await context.python[how]('wheel_layer', { wheel: input.value, ...options }, [wheel.blob]);
  return answer.ok ? success(await keep(wheel, options, context, answer.value, blobs[0]!)) : answer;
}

export async function findFrame(wheel: WheelFile, options: FrameOptions, { python, supply, memory }: FrameContext): Promise<PreparedFrame | undefined> {
  const key = await makeKey((await python.ready()).code, wheel, options);
  const kept = memory.frames.get(key) ?? (await findKept(key, supply.store));
  if (kept) memory.frames.set(key, kept);
  return kept;
}

type LayerFacts = Omit<FrameFacts, 'sha256' | 'size'>;

async function keep(wheel: WheelFile, options: FrameOptions, { python, supply, memory }: FrameContext, layer: LayerFacts, bytes: Uint8Array): Promise<PreparedFrame> {
  const key = await makeKey((await python.ready()).code, wheel, options);
  const facts: FrameFacts = { sha256: await sha256(bytes), size: bytes.length, ...layer };
  const frame = { ...facts, blob: await supply.store.put(`layers/${key}`, bytes) };
  const about = { url: `layer:${wheel.filename}`, contentType: 'application/json', fetched: Date.now(), freshFor: 0 };
  await keepAnswer(supply.store, `layers/${key}.json`, { facts: about, bytes: new TextEncoder().encode(JSON.stringify(facts)) });
  memory.frames.set(key, frame);
  return frame;
}

/** `code`: of the Python package, so that frames of older code are never met again. */
async function makeKey(code: string, { sha256: digest, filename }: WheelFile, { prefix, python, compile, omit = [] }: FrameOptions): Promise<string> {
  return sha256(new TextEncoder().encode([code, digest, filename, prefix, python, compile, ...omit].join('\n')));
}

/** What the store gives back is checked like any other outside byte; damage means preparing again. */
async function findKept(key: string, store: Store): Promise<PreparedFrame | undefined> {
  const [facts, blob] = await Promise.all([findAnswer(store, `layers/${key}.json`), store.get(`layers/${key}`)]);
  if (!facts || !blob) return undefined;
  const parsed = parseFacts(new TextDecoder().decode(facts.bytes));
  if (!parsed || parsed.size !== blob.size || (await sha256(blob).catch(() => '')) !== parsed.sha256) return undefined;
  return { ...parsed, blob };
}

const isFacts = hasShape({
  sha256: isDigest, size: isCount, files: isCount, unpacked: isCount, native: isListOf(isText), pth: isListOf(isText),
  tkinter: (value) => typeof value === 'boolean', fileUses: isListOf(isText), warnings: isListOf(isText), placed: isMapOf(isText),
}) as Guard<FrameFacts>;

function parseFacts(text: string): FrameFacts | undefined {
  try {
    const facts: unknown = JSON.parse(text);
    return isFacts(facts) ? facts : undefined;
  } catch {
    return undefined;
  }
}
