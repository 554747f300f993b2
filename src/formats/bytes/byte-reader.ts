// Integers and text out of a byte array, each access inside its bounds or a FormatError that names what was being read.
import { FormatError } from '../format-error';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Where `bytes` lies in the file, so that messages can say an offset of the file. */
  readonly #base: number;

  /** `what` completes "Reading …": `the central directory`. */
  constructor(bytes: Uint8Array, readonly what: string, public littleEndian = true, base = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#base = base;
  }

  get size(): number {
    return this.#bytes.length;
  }

  u8(at: number): number {
    this.#assertInside(at, 1);
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    this.#assertInside(at, 2);
    return this.#view.getUint16(at, this.littleEndian);
  }

  u32(at: number): number {
    this.#assertInside(at, 4);
    return this.#view.getUint32(at, this.littleEndian);
  }

  /** Values that a number cannot hold exactly are refused: no file is that large. */
  u64(at: number): number {
    this.#assertInside(at, 8);
    const value = this.#view.getBigUint64(at, this.littleEndian);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.error(`the number ${value}, too large to be true, was found`, at);
    return Number(value);
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
    return new FormatError(`Reading ${this.what}, ${found} at byte ${this.#base + at}.`, { offset: this.#base + at });
  }

  #assertInside(at: number, length: number): void {
    if (Number.isInteger(at) && at >= 0 && length >= 0 && at + length <= this.#bytes.length) return;
    throw new FormatError(
      `Reading ${this.what}, ${length} bytes were expected at byte ${this.#base + at}, but it ends at byte ${this.#base + this.#bytes.length}.`,
      { offset: this.#base + at },
    );
  }
}
