// A response's body → bytes behind those that came before, under a size limit and a least speed: neither a stall nor a trickle can hold a build for ever.
import type { Transfer } from './resume';

/** Why a body was not read to its end. `retry`: another try may do better. `tooLarge`: it is over the limit. */
export class BodyProblem extends Error {
  readonly retry: boolean;
  readonly tooLarge: boolean;
  constructor(message: string, retry: boolean, tooLarge = false) {
    super(message);
    this.retry = retry;
    this.tooLarge = tooLarge;
  }
}

export interface BodyLimits {
  /** Milliseconds; within each such span at least `leastPerSpan` bytes must arrive. */
  stallWait: number;
  leastPerSpan: number;
  /** Bytes. */
  most: number;
}

/** What arrives before the body breaks off stays in `transfer`. */
export async function readBody(response: Response, limits: BodyLimits, transfer: Transfer, progress?: (done: number, total?: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const { total } = transfer;
  if (total !== undefined && total > limits.most) throw tooLarge(total, limits.most);
  if (response.body) await readChunks(response.body, limits, transfer, (done) => progress?.(done, total));
  if (total !== undefined && total !== transfer.length) throw new BodyProblem(`${transfer.length} bytes of ${total} arrived`, true);
  return join(transfer);
}

async function readChunks(body: ReadableStream<Uint8Array>, limits: BodyLimits, transfer: Transfer, progress: (done: number) => void): Promise<void> {
  const reader = body.getReader();
  const pace = watchPace(limits);
  try {
    for (;;) {
      const piece = await Promise.race([reader.read(), pace.tooSlow]);
      if (piece.done) return;
      transfer.chunks.push(piece.value);
      transfer.length += piece.value.length;
      pace.arrived(piece.value.length);
      if (transfer.length > limits.most) throw tooLarge(transfer.length, limits.most);
      progress(transfer.length);
    }
  } catch (error) {
    void reader.cancel().catch(() => undefined);
    throw error;
  } finally {
    pace.stop();
  }
}

function watchPace({ stallWait, leastPerSpan }: BodyLimits): { tooSlow: Promise<never>; arrived(count: number): void; stop(): void } {
  let count = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const tooSlow = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (count < leastPerSpan) reject(new BodyProblem(`only ${count} bytes arrived in ${stallWait / 1000} s (the limit is ${leastPerSpan})`, true));
      count = 0;
    }, stallWait);
  });
  tooSlow.catch(() => undefined);
  return { tooSlow, arrived: (more) => (count += more), stop: () => clearInterval(timer) };
}

const tooLarge = (found: number, most: number): BodyProblem => new BodyProblem(`it has ${found} bytes or more, over the limit of ${most}`, false, true);

function join({ chunks, length }: Transfer): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks.splice(0)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
