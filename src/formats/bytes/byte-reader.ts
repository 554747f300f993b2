// Integers and text out of a byte array, each access inside its bounds or a FormatError that names what was being read.
import { FormatError } from '../format-error';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class ByteReader {
  readonly #bytes: Uint8Array;
  /** Where `bytes` lies in the file, so that messages can say an offset of the file. */
  readonly base: number;

  /** `what` completes "Reading …": `the central directory`. */
  constructor(bytes: Uint8Array, readonly what: string, public littleEndian = true, base = 0) {
    this.#bytes = bytes;
    this.base = base;
  }

  get size(): number {
    return this.#bytes.length;
  }

  u8(at: number): number {
    this.#assertInside(at, 1);
    return this.#bytes[at]!;
  }

  // By hand and not by DataView: an archive is read by some 50,000 readers of few bytes each, and a DataView costs more than its use.
  u16(at: number): number {
    this.#assertInside(at, 2);
    const [low, high] = this.littleEndian ? [at, at + 1] : [at + 1, at];
    return this.#bytes[low]! | (this.#bytes[high]! << 8);
  }

  u32(at: number): number {
    this.#assertInside(at, 4);
    const [low, high] = this.littleEndian ? [at, at + 2] : [at + 2, at];
    return this.u16(low) + this.u16(high) * 0x10000;
  }

  /** Values that a number cannot hold exactly are refused: no file is that large. */
  u64(at: number): number {
    this.#assertInside(at, 8);
    const [low, high] = this.littleEndian ? [at, at + 4] : [at + 4, at];
    const value = this.u32(low) + this.u32(high) * 2 ** 32;
    if (!Number.isSafeInteger(value)) throw this.error('a number too large to be true was found', at);
    return value;
  }

  /** A view, not a copy. */
  bytes(at: number, length: number): Uint8Array {
    this.#assertInside(at, length);
    return this.#bytes.subarray(at, at + length);
  }

  utf8(at: number, length: number): string {
    try {
      return utf8.decode(this.bytes(at, length));
    } catch (error) {
      throw error instanceof FormatError ? error : this.error('text that is not UTF-8 was found', at);
    }
  }

  /** Up to the first NUL, of a field of fixed length. */
  paddedText(at: number, length: number): string {
    const field = this.bytes(at, length);
    const end = field.indexOf(0);
    return this.utf8(at, end < 0 ? length : end);
  }

  error(found: string, at: number): FormatError {
    return new FormatError(`Reading ${this.what}, ${found} at byte ${this.base + at}.`, { offset: this.base + at });
  }

  #assertInside(at: number, length: number): void {
    if (Number.isInteger(at) && at >= 0 && length >= 0 && at + length <= this.#bytes.length) return;
    throw new FormatError(
      `Reading ${this.what}, ${length} bytes were expected at byte ${this.base + at}, but it ends at byte ${this.base + this.#bytes.length}.`,
      { offset: this.base + at },
    );
  }
}
