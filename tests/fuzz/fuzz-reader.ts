// A reader is given one mutated input after the other; the first that breaks a rule ends it, with the command that repeats it.
import { FormatError } from '../../src/formats/format-error';
import { failureCodes, type Outcome } from '../../src/model/failure';
import { mutate } from './mutate';
import { makeRandom } from './random';
import type { Reader } from './readers';
import type { Watch } from './watch';

export interface Fuzzed {
  tries: number;
  /** Read without a refusal. */
  taken: number;
  /** What broke which rule, and how to repeat it; undefined where nothing did. */
  found?: string;
}

/** Bytes that one input may cost at most, above what the process had before: inputs have at most 256 KiB, and zip bombs are refused. */
const mostMemory = 768 * 2 ** 20;
const encoder = new TextEncoder();

export async function fuzzReader(reader: Reader, from: number, go: { cases?: number; milliseconds?: number }, watch?: Watch): Promise<Fuzzed> {
  const material = { samples: reader.samples, tokens: (reader.tokens ?? []).map((one) => (typeof one === 'string' ? Uint8Array.from(Buffer.from(one, 'latin1')) : one)) };
  const end = go.milliseconds === undefined ? Infinity : performance.now() + go.milliseconds;
  const before = process.resourceUsage().maxRSS * 1024;
  let [tries, taken] = [0, 0];
  for (let seed = from; tries < (go.cases ?? Infinity) && performance.now() < end; seed++) {
    watch?.begin(seed);
    tries++;
    const problem = await tryOne(reader, makeInput(reader, seed, material));
    if (problem === undefined) taken++;
    else if (problem !== '') return { tries, taken, found: `${reader.name}: ${problem}\n  npm run fuzz -- --reader ${reader.name} --seed ${seed} --cases 1` };
    const grown = process.resourceUsage().maxRSS * 1024 - before;
    if (grown > mostMemory) return { tries, taken, found: `${reader.name}: memory grew by ${grown} bytes\n  npm run fuzz -- --reader ${reader.name} --seed ${seed} --cases 1` };
  }
  return { tries, taken };
}

export function makeInput(reader: Reader, seed: number, material: Parameters<typeof mutate>[2]): Uint8Array<ArrayBuffer> {
  const random = makeRandom(seed);
  const made = reader.make && random.once(2) ? reader.make(random) : undefined;
  // What lies already is read as it is half of the time.
  const bytes = made && random.once(2) ? Uint8Array.from(made) : mutate(made ?? random.pick(reader.samples), random, material);
  if (reader.mend && !random.once(4)) reader.mend(bytes);
  return bytes;
}

/** Undefined: it was read. Empty: it was refused as it should be. Else what went wrong. */
async function tryOne(reader: Reader, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  try {
    const result = await reader.read(bytes);
    const outcomes = (Array.isArray(result) ? result : [result]).filter(isOutcome);
    return outcomes.map(checkOutcome).find((problem) => problem !== undefined);
  } catch (error) {
    return checkError(error);
  }
}

const isOutcome = (value: unknown): value is Outcome<unknown> => typeof value === 'object' && value !== null && 'ok' in value;

function checkOutcome(outcome: Outcome<unknown>): string | undefined {
  if (outcome.ok) return undefined;
  const { code, message, notes } = outcome.failure;
  if (!failureCodes.includes(code) || code === 'terrarium/bug') return `the failure ${code}: ${message}`;
  return [message, ...notes].map(checkSentence).find(Boolean) ?? '';
}

function checkError(error: unknown): string {
  if (!(error instanceof FormatError)) return `${error instanceof Error ? error.stack : String(error)}`;
  return [error.message, ...error.notes].map(checkSentence).find(Boolean) ?? '';
}

/** Doors show what is invisible in a sentence (make-printable.ts), but keep line breaks: a sentence is one line, and not the input over again. */
function checkSentence(sentence: string): string {
  if (/[\n\r\u2028]/.test(sentence)) return `a message with line breaks: ${JSON.stringify(sentence.slice(0, 300))}`;
  return encoder.encode(sentence).length > 2000 ? `a message of ${sentence.length} characters: ${sentence.slice(0, 300)}` : '';
}
