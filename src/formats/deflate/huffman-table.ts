// Code lengths (RFC 1951, 3.2.2) to a table that is looked up by the next bits of the stream.

export interface HuffmanTable {
  /** By the next bits: `symbol << 4 | length`; length 0 where no code is. */
  entries: Uint16Array;
  mask: number;
}

const longest = 15;

/**
 * Undefined where the lengths are no complete prefix code. No code at all is legal as long as none is used; `allowLone` admits
 * a single code of one bit. Both as zlib has it.
 */
export function makeHuffmanTable(lengths: Uint8Array, allowLone = true): HuffmanTable | undefined {
  const counts = new Uint16Array(longest + 1);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  let most = longest;
  while (most > 0 && counts[most] === 0) most--;
  if (most > 0 && !isComplete(counts) && !(allowLone && most === 1 && counts[1] === 1)) return undefined;
  return { entries: fill(lengths, firstCodes(counts), most), mask: (1 << most) - 1 };
}

function isComplete(counts: Uint16Array): boolean {
  let left = 1;
  for (let length = 1; length <= longest; length++) {
    left = 2 * left - counts[length]!;
    if (left < 0) return false;
  }
  return left === 0;
}

function firstCodes(counts: Uint16Array): Uint16Array {
  const codes = new Uint16Array(longest + 1);
  for (let length = 1; length <= longest; length++) codes[length] = (codes[length - 1]! + counts[length - 1]!) << 1;
  return codes;
}

function fill(lengths: Uint8Array, codes: Uint16Array, most: number): Uint16Array {
  const entries = new Uint16Array(1 << most);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const code = reverse(codes[length]!++, length);
    for (let at = code; at < entries.length; at += 1 << length) entries[at] = (symbol << 4) | length;
  });
  return entries;
}

/** The stream brings a code's highest bit first, and the table is looked up lowest bit first. */
function reverse(code: number, length: number): number {
  let reversed = 0;
  for (let bit = 0; bit < length; bit++) reversed |= ((code >>> bit) & 1) << (length - 1 - bit);
  return reversed;
}

const repeat = (count: number, length: number): number[] => new Array<number>(count).fill(length);

export const fixedLiterals = makeHuffmanTable(Uint8Array.from([...repeat(144, 8), ...repeat(112, 9), ...repeat(24, 7), ...repeat(8, 8)]))!;
export const fixedDistances = makeHuffmanTable(new Uint8Array(32).fill(5))!;
