// A fresh interpreter → the one place where a backend's code runs. It may hang, exit, lie or break the interpreter: that ends this build,
// in one sentence, and nothing else.
import { fail, success, type Failure, type Outcome } from '../model/failure';
import type { Python, Verb, Verbs } from '../protocol/python';
import { hasShape, isListOf, isText, type Guard } from '../supply/check-shape';

export interface Builder {
  put(folder: string, files: { path: string; bytes: Uint8Array }[]): Promise<Outcome<void>>;
  call<V extends Verb>(verb: V, request: Verbs[V]['request'], blobs?: Uint8Array[]): Promise<Outcome<{ value: Value<V>; blobs: Uint8Array[] }>>;
  /** The failure where what came back is not what was asked for. */
  refuse(found: string): Outcome<never>;
  /** With all that it holds. */
  end(): void;
}

type Value<V extends Verb> = Extract<Verbs[V]['answer'], { ok: true }>['value'];

/** What is built and by what, for people. */
export interface BuilderNames {
  label: string;
  backend: string;
}

/** How long a hook may take: the slowest that we know, marimo's sources, takes some seconds. */
export const hookLimit = 300_000;

export function openBuilder(python: Python, { label, backend }: BuilderNames, limit = hookLimit): Builder {
  const interpreter = python.spawn();
  const stop = (what: string, ...notes: string[]) =>
    fail('build/failed', `Building ${label} with ${backend}: ${what}.`, ...notes, 'Build its wheel elsewhere (`pip wheel --no-deps .` in its folder) and drop that.');

  async function guard<T>(work: Promise<T>): Promise<Outcome<T>> {
    const clock = startClock(limit);
    try {
      const done = await Promise.race([work, clock.rung]);
      return done === late ? stop(`it did not end within ${limit / 1000} seconds, the limit for one step of a build`) : success(done as T);
    } catch (error) {
      if (error instanceof Error && error.name === 'Cancelled') throw error;
      return stop(`it broke the Python that it ran in (${lastLine(error)})`);
    } finally {
      clock.stop();
    }
  }

  return {
    put: (folder, files) => guard(interpreter.put(folder, files)),
    async call(verb, request, blobs) {
      const reply = await guard(interpreter.call(verb, request, blobs));
      if (!reply.ok) return reply;
      const { answer, blobs: made } = reply.value;
      if (isFailed(answer)) return answer;
      return isDone(answer) ? success({ value: answer.value as Value<typeof verb>, blobs: made }) : stop('its answer cannot be read');
    },
    refuse: (found) => stop(found),
    end: () => interpreter.terminate(),
  };
}

const isFailed = ((value: unknown) => hasShape({ ok: (ok) => ok === false, failure: hasShape({ code: isText, message: isText, notes: isListOf(isText) }) })(value)) as Guard<{ ok: false; failure: Failure }>;
const isDone = ((value: unknown) => hasShape({ ok: (ok) => ok === true, value: hasShape({}) })(value)) as Guard<{ ok: true; value: unknown }>;

const lastLine = (error: unknown): string => `${error instanceof Error ? error.message : error}`.trim().split('\n').at(-1)!.slice(0, 300).replace(/\.$/, '');

const late = Symbol('late');

function startClock(milliseconds: number): { rung: Promise<typeof late>; stop(): void } {
  let timer: ReturnType<typeof setTimeout>;
  const rung = new Promise<typeof late>((resolve) => (timer = setTimeout(resolve, milliseconds, late)));
  return { rung, stop: () => clearTimeout(timer) };
}
