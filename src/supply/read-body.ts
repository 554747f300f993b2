// A response's body → bytes, under a size limit and a least speed: neither a stall nor a trickle can hold a build for ever.

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

export async function readBody(response: Response, limits: BodyLimits, progress?: (done: number, total?: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const total = findLength(response);
  if (total !== undefined && total > limits.most) throw tooLarge(total, limits.most);
  const chunks = response.body ? await readChunks(response.body, limits, (done) => progress?.(done, total)) : [];
  const bytes = join(chunks);
  if (total !== undefined && total !== bytes.length && !isEncoded(response)) {
    throw new BodyProblem(`${bytes.length} bytes of ${total} arrived`, true);
  }
  return bytes;
}

async function readChunks(body: ReadableStream<Uint8Array>, limits: BodyLimits, progress: (done: number) => void): Promise<Uint8Array[]> {
  const reader = body.getReader();
  const pace = watchPace(limits);
  const chunks: Uint8Array[] = [];
  let done = 0;
  try {
    for (;;) {
      const piece = await Promise.race([reader.read(), pace.tooSlow]);
      if (piece.done) return chunks;
      chunks.push(piece.value);
      done += piece.value.length;
      pace.arrived(piece.value.length);
      if (done > limits.most) throw tooLarge(done, limits.most);
      progress(done);
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
      if (count < leastPerSpan) reject(new BodyProblem(`only ${count} bytes arrived in ${stallWait / 1000} s`, true));
      count = 0;
    }, stallWait);
  });
  tooSlow.catch(() => undefined);
  return { tooSlow, arrived: (more) => (count += more), stop: () => clearInterval(timer) };
}

function findLength(response: Response): number | undefined {
  const text = response.headers.get('content-length');
  return text !== null && /^\d{1,15}$/.test(text) && !isEncoded(response) ? Number(text) : undefined;
}

/** Then Content-Length counts other bytes than those that arrive here. */
const isEncoded = (response: Response): boolean => (response.headers.get('content-encoding') ?? 'identity') !== 'identity';

const tooLarge = (found: number, most: number): BodyProblem => new BodyProblem(`it has ${found} bytes or more, over the limit of ${most}`, false, true);

function join(chunks: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
