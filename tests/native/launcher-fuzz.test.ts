// The launcher's readers against mutated inputs, for a few seconds each; `npm run launcher:fuzz` goes on for longer.
import { beforeAll, describe, expect, test } from 'vitest';
import { compileFuzzer, fuzzTargets, runFuzzer } from '../../tools/launcher/fuzz.mjs';
import { available } from './launcher-run';

const seconds = 4;

describe.skipIf(!available('mutated inputs under sanitizers', 'cc', 'go'))('under the address and undefined-behaviour sanitizers', () => {
  let driver = '';
  beforeAll(() => void (driver = compileFuzzer()), 120_000);

  test.each(fuzzTargets)('a mutated %s corrupts nothing, and lets nothing out of its folder', (target) => {
    const line = runFuzzer(driver, target, seconds, 1);
    const [inputs, taken, kept] = (line.match(/\d+/g) ?? []).map(Number);
    expect(inputs).toBeGreaterThan(100);
    expect(taken).toBeGreaterThan(0);
    expect(kept).toBeGreaterThan(5);
  }, 30_000);
});
