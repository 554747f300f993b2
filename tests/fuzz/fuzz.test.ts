// Every reader against mutated inputs: no crash, no hang, no memory without measure, and nothing but typed refusals.
// `npm run fuzz` goes on for longer, by the same code: FUZZ says for how long, from which seed, and which reader.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FormatError } from '../../src/formats/format-error';
import { fuzzReader } from './fuzz-reader';
import { readers, type Reader } from './readers';
import { startWatch, type Watch } from './watch';

interface Wish { reader?: string; seed: number; cases?: number; seconds?: number }
const wish: Wish = { seed: 1, ...(JSON.parse(process.env.FUZZ ?? '{"cases": 400}') as Partial<Wish>) };
const chosen = readers.filter(({ name }) => wish.reader === undefined || name === wish.reader);
const share = wish.seconds === undefined ? undefined : (wish.seconds * 1000) / chosen.length;

describe.skipIf(chosen.length === 0)('mutated inputs', () => {
  let watch: Watch;
  beforeAll(() => void (watch = startWatch()));
  afterAll(() => watch.end());

  test.each(chosen)('of $name are read or refused in a typed sentence', async (reader) => {
    watch.name(reader.name);
    const begun = performance.now();
    const { tries, taken, found } = await fuzzReader(reader, wish.seed, { ...(wish.cases === undefined ? {} : { cases: wish.cases }), ...(share === undefined ? {} : { milliseconds: share }) }, watch);
    if (process.env.FUZZ) console.log(`${reader.name.padEnd(14)} ${`${tries}`.padStart(9)} tries ${`${Math.round((1000 * tries) / (performance.now() - begun))}`.padStart(7)} a second ${((100 * taken) / tries).toFixed(0).padStart(3)} % read`);
    expect(found).toBeUndefined();
  }, 1000 * ((wish.seconds ?? 0) + 120));
});

const neverTaken = new Set(['launcher-list']); // its launcher would have to be there too
test.each(readers.filter(({ name }) => !neverTaken.has(name)))('the samples of $name are taken as they are', async ({ samples, read }) => {
  for (const sample of samples) {
    const result = await read(Uint8Array.from(sample));
    if (!Array.isArray(result)) expect((result as { ok?: boolean } | undefined)?.ok, JSON.stringify(result)).not.toBe(false);
  }
});

describe('the fuzzer', () => {
  const sample: Reader = { name: 'x', samples: [Uint8Array.from(Buffer.from('abcdefgh'.repeat(8)))], read: () => undefined };
  const find = async (read: Reader['read']) => (await fuzzReader({ ...sample, read }, 1, { cases: 200 })).found;

  test.each<[string, Reader['read'], RegExp]>([
    ['an exception that is no FormatError', (bytes) => { if (bytes[0] !== 0x61) throw new TypeError('oops'); }, /TypeError: oops[^]*--seed \d+ --cases 1/],
    ['an exception that comes later', async (bytes) => { if (bytes.length > 64) throw new RangeError('late'); }, /RangeError: late/],
    ['a failure that is a bug', () => ({ ok: false, failure: { code: 'terrarium/bug', message: 'x', notes: [] } }), /terrarium\/bug/],
    ['a message of several lines', () => { throw new FormatError('a\nb'); }, /line breaks/],
    ['a message as long as its input', () => { throw new FormatError('x'.repeat(3000)); }, /3000 characters/],
  ])('finds %s', async (_, read, said) => {
    expect(await find(read)).toMatch(said);
  });

  test('repeats an input by its seed, and gives thousands of different ones', async () => {
    const seen = async (seed: number, cases: number): Promise<string[]> => {
      const inputs: string[] = [];
      await fuzzReader({ ...sample, read: (bytes) => void inputs.push(Buffer.from(bytes).toString('latin1')) }, seed, { cases });
      return inputs;
    };
    const many = await seen(1, 2000);
    expect(new Set(many).size).toBeGreaterThan(1200);
    expect(await seen(1500, 1)).toEqual([many[1499]]);
  });

  test('takes no refusal for a find', async () => {
    expect(await find(() => { throw new FormatError('No.'); })).toBeUndefined();
    expect(await find(() => ({ ok: false, failure: { code: 'project/unreadable', message: 'No.', notes: [] } }))).toBeUndefined();
  });
});
