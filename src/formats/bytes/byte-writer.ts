// Fields in order into a byte array of a size known beforehand.

const encoder = new TextEncoder();

export class ByteWriter {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  at = 0;

  constructor(size: number, readonly littleEndian = true) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  u16(value: number): this {
    this.#view.setUint16(this.#advance(2), value, this.littleEndian);
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#advance(4), value, this.littleEndian);
    return this;
  }

  u64(value: number): this {
    this.#view.setBigUint64(this.#advance(8), BigInt(value), this.littleEndian);
    return this;
  }

  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#advance(bytes.length));
    return this;
  }

  /** NUL-padded UTF-8. At least one NUL stays, so that C can read it. */
  paddedText(text: string, length: number): this {
    const bytes = encoder.encode(text);
    if (bytes.length >= length) throw new RangeError(`ByteWriter.paddedText: "${text}" needs ${bytes.length + 1} bytes, the field has ${length}`);
    this.bytes.set(bytes, this.#advance(length));
    return this;
  }

  skip(length: number): this {
    this.#advance(length);
    return this;
  }

  #advance(length: number): number {
    const before = this.at;
    if (before + length > this.bytes.length) throw new RangeError(`ByteWriter: ${this.bytes.length} bytes are full at ${before}`);
    this.at += length;
    return before;
  }
}
