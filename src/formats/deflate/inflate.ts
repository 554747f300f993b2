// Deflate (RFC 1951) to bytes of a size known beforehand. Our own, because a strict reader must know where the stream ended:
// it refuses what is left after the final block, output that is longer or shorter than promised, and incomplete code tables,
// all of which fflate lets pass.
import { FormatError } from '../format-error';
import { fixedDistances, fixedLiterals, makeHuffmanTable, type HuffmanTable } from './huffman-table';

const lengthBase = Uint16Array.of(3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258);
const lengthExtra = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0);
const distanceBase = Uint16Array.of(1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577);
const distanceExtra = Uint8Array.of(0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13);
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A match of 258 bytes costs at least two bits: no stream is denser, so a size above this lies and is not allocated. */
const densest = 1032;

/** `what` completes "Inflating …". The size must have passed the caller's limits. */
export function inflate(input: Uint8Array, size: number, what: string): Uint8Array<ArrayBuffer> {
  if (size > densest * input.length) throw new FormatError(`Inflating ${what}, ${size} bytes were promised, more than ${input.length} compressed bytes can hold.`);
  return new Inflater(input, size, what).run();
}

class Inflater {
  readonly #output: Uint8Array<ArrayBuffer>;
  #written = 0;
  /** Bits not yet used, the next one lowest. */
  #hold = 0;
  #bits = 0;
  #next = 0;

  constructor(readonly input: Uint8Array, size: number, readonly what: string) {
    this.#output = new Uint8Array(size);
  }

  run(): Uint8Array<ArrayBuffer> {
    for (let final = 0; !final; ) {
      final = this.#take(1);
      this.#block(this.#take(2));
    }
    const used = this.#next - (this.#bits >>> 3);
    if (used < this.input.length) throw this.#error(`${this.input.length - used} bytes were found after the end of the stream`);
    if (this.#written < this.#output.length) throw this.#error(`${this.#written} bytes came out where ${this.#output.length} were promised`);
    return this.#output;
  }

  #block(type: number): void {
    if (type === 0) this.#stored();
    else if (type === 1) this.#compressed(fixedLiterals, fixedDistances);
    else if (type === 2) this.#dynamic();
    else throw this.#error('a block of an unknown type was found');
  }

  #stored(): void {
    this.#take(this.#bits & 7);
    const length = this.#take(16);
    if ((this.#take(16) ^ 0xffff) !== length) throw this.#error('a stored block whose two lengths disagree was found');
    this.#next -= this.#bits >>> 3;
    this.#hold = this.#bits = 0;
    if (this.#next + length > this.input.length) throw this.#truncated();
    this.#assertRoom(length);
    this.#output.set(this.input.subarray(this.#next, this.#next + length), this.#written);
    this.#next += length;
    this.#written += length;
  }

  #dynamic(): void {
    const literals = this.#take(5) + 257;
    const distances = this.#take(5) + 1;
    const codes = this.#take(4) + 4;
    if (literals > 286 || distances > 30) throw this.#error('a code table with too many symbols was found');
    const codeLengths = new Uint8Array(19);
    for (let index = 0; index < codes; index++) codeLengths[codeLengthOrder[index]!] = this.#take(3);
    const lengths = this.#codeLengths(this.#table(codeLengths, false), literals + distances);
    if (lengths[256] === 0) throw this.#error('a code table without an end-of-block symbol was found');
    this.#compressed(this.#table(lengths.subarray(0, literals)), this.#table(lengths.subarray(literals)));
  }

  #codeLengths(table: HuffmanTable, count: number): Uint8Array {
    const lengths = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      const symbol = this.#symbol(table);
      if (symbol < 16) {
        lengths[at++] = symbol;
        continue;
      }
      if (symbol === 16 && at === 0) throw this.#error('a repeated code length without one before it was found');
      const value = symbol === 16 ? lengths[at - 1]! : 0;
      const end = at + (symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7));
      if (end > count) throw this.#error('more code lengths than announced were found');
      lengths.fill(value, at, end);
      at = end;
    }
    return lengths;
  }

  #table(lengths: Uint8Array, allowLone = true): HuffmanTable {
    const table = makeHuffmanTable(lengths, allowLone);
    if (!table) throw this.#error('a code table that is not a complete prefix code was found');
    return table;
  }

  #symbol(table: HuffmanTable): number {
    this.#need(15);
    const found = table.entries[this.#hold & table.mask]!;
    const used = found & 15;
    if (used === 0) throw this.#error('a code that is in no table was found');
    this.#hold >>>= used;
    this.#bits -= used;
    return found >>> 4;
  }

  /** The one hot loop; its state is kept in local variables, which makes it three times as fast. */
  #compressed(literals: HuffmanTable, distances: HuffmanTable): void {
    const { input } = this;
    const output = this.#output;
    const size = output.length;
    const { entries: literalEntries, mask: literalMask } = literals;
    const { entries: distanceEntries, mask: distanceMask } = distances;
    let hold = this.#hold, bits = this.#bits, next = this.#next, written = this.#written;
    for (;;) {
      // 15 bits for the symbol and 5 for its length. Past the end, zeros are read; #take and the test below notice.
      while (bits < 20) { hold |= input[next++]! << bits; bits += 8; }
      const found = literalEntries[hold & literalMask]!;
      const used = found & 15;
      if (used === 0) throw this.#error('a code that is in no table was found');
      hold >>>= used;
      bits -= used;
      const symbol = found >>> 4;
      if (symbol < 256) {
        if (written === size) throw this.#tooLong();
        output[written++] = symbol;
        continue;
      }
      if (next - (bits >>> 3) > input.length) throw this.#truncated();
      if (symbol === 256) break;
      if (symbol > 285) throw this.#error('a length that does not exist was found');
      const extra = lengthExtra[symbol - 257]!;
      const length = lengthBase[symbol - 257]! + (hold & ((1 << extra) - 1));
      hold >>>= extra;
      bits -= extra;
      if (bits < 15) { hold |= (input[next]! | (input[next + 1]! << 8)) << bits; next += 2; bits += 16; }
      const distanceFound = distanceEntries[hold & distanceMask]!;
      const distanceUsed = distanceFound & 15;
      const distanceSymbol = distanceFound >>> 4;
      if (distanceUsed === 0 || distanceSymbol > 29) throw this.#error('a distance that does not exist was found');
      hold >>>= distanceUsed;
      bits -= distanceUsed;
      const distanceBits = distanceExtra[distanceSymbol]!;
      if (bits < distanceBits) { hold |= (input[next]! | (input[next + 1]! << 8)) << bits; next += 2; bits += 16; }
      const distance = distanceBase[distanceSymbol]! + (hold & ((1 << distanceBits) - 1));
      hold >>>= distanceBits;
      bits -= distanceBits;
      if (distance > written) throw this.#error('a distance that points before the start was found');
      const end = written + length;
      if (end > size) throw this.#tooLong();
      if (distance >= length) { output.copyWithin(written, written - distance, end - distance); written = end; }
      else while (written < end) { output[written] = output[written - distance]!; written++; }
    }
    this.#hold = hold, this.#bits = bits, this.#next = next, this.#written = written;
  }

  #take(count: number): number {
    this.#need(count);
    if (this.#next - ((this.#bits - count) >>> 3) > this.input.length) throw this.#truncated();
    const value = this.#hold & ((1 << count) - 1);
    this.#hold >>>= count;
    this.#bits -= count;
    return value;
  }

  #need(count: number): void {
    for (; this.#bits < count; this.#bits += 8) this.#hold |= (this.input[this.#next++] ?? 0) << this.#bits;
  }

  #assertRoom(length: number): void {
    if (this.#written + length > this.#output.length) throw this.#tooLong();
  }

  #tooLong(): FormatError {
    return this.#error(`more than the promised ${this.#output.length} bytes came out`);
  }

  #truncated(): FormatError {
    return this.#error('the stream ended early');
  }

  #error(found: string): FormatError {
    return new FormatError(`Inflating ${this.what}, ${found}.`, { offset: Math.min(this.#next, this.input.length) });
  }
}
