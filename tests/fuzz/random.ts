// A seed → numbers that look random and are the same each time.
export interface Random {
  /** From 0 up to, not including, `end`. */
  below(end: number): number;
  pick<T>(choices: readonly T[]): T;
  /** True once in `times`. */
  once(times: number): boolean;
}

/** splitmix32: neighbouring seeds give sequences that have nothing in common. */
export function makeRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let value = state ^ (state >>> 16);
    value = Math.imul(value, 0x21f0aaad);
    value ^= value >>> 15;
    value = Math.imul(value, 0x735a2d97);
    return (value ^ (value >>> 15)) >>> 0;
  };
  const below = (end: number): number => (end <= 0 ? 0 : Math.floor((next() / 2 ** 32) * end));
  return { below, pick: (choices) => choices[below(choices.length)]!, once: (times) => below(times) === 0 };
}
