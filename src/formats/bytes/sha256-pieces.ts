// SHA-256 (FIPS 180-4) of bytes that come in pieces. WebCrypto is several times as fast but wants all at once, twice: for large Blobs only.

const blockSize = 64;
const K = Int32Array.from(fractionsOfPrimes(64, 3));
const start = fractionsOfPrimes(8, 2);

export class Sha256 {
  #state = Int32Array.from(start);
  #words = new Int32Array(64);
  #rest = new Uint8Array(blockSize);
  #kept = 0;
  #length = 0;

  update(bytes: Uint8Array): this {
    this.#length += bytes.length;
    let at = 0;
    if (this.#kept > 0) {
      at = Math.min(blockSize - this.#kept, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#kept);
      this.#kept += at;
      if (this.#kept < blockSize) return this;
      this.#mix(this.#rest, 0, blockSize);
    }
    const whole = at + Math.floor((bytes.length - at) / blockSize) * blockSize;
    this.#mix(bytes, at, whole);
    this.#rest.set(bytes.subarray(whole));
    this.#kept = bytes.length - whole;
    return this;
  }

  /** Ends it: a one bit, zeros, and the length in bits. */
  digest(): Uint8Array<ArrayBuffer> {
    const bits = this.#length * 8;
    const end = new Uint8Array(this.#kept < 56 ? blockSize : 2 * blockSize);
    end.set(this.#rest.subarray(0, this.#kept));
    end[this.#kept] = 0x80;
    const lengthAt = new DataView(end.buffer, end.length - 8);
    lengthAt.setUint32(0, Math.floor(bits / 2 ** 32));
    lengthAt.setUint32(4, bits >>> 0);
    this.#mix(end, 0, end.length);
    const out = new DataView(new ArrayBuffer(32));
    this.#state.forEach((word, index) => out.setInt32(index * 4, word));
    return new Uint8Array(out.buffer);
  }

  #mix(bytes: Uint8Array, from: number, to: number): void {
    const words = this.#words;
    const state = this.#state;
    for (let block = from; block < to; block += blockSize) {
      for (let i = 0, at = block; i < 16; i++, at += 4) words[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
      for (let i = 16; i < 64; i++) {
        const x = words[i - 15]!;
        const y = words[i - 2]!;
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        words[i] = (words[i - 16]! + s0 + words[i - 7]! + s1) | 0;
      }
      let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!, e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
      for (let i = 0; i < 64; i++) {
        const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const first = (h + S1 + (g ^ (e & (f ^ g))) + K[i]! + words[i]!) | 0;
        const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const second = (S0 + ((a & b) | (c & (a | b)))) | 0;
        h = g; g = f; f = e; e = (d + first) | 0; d = c; c = b; b = a; a = (first + second) | 0;
      }
      state[0] = (state[0]! + a) | 0; state[1] = (state[1]! + b) | 0; state[2] = (state[2]! + c) | 0; state[3] = (state[3]! + d) | 0;
      state[4] = (state[4]! + e) | 0; state[5] = (state[5]! + f) | 0; state[6] = (state[6]! + g) | 0; state[7] = (state[7]! + h) | 0;
    }
  }
}

/** First 32 bits of the fractional parts of the square (2) or cube (3) roots of the first primes; doubles are exact enough for both. */
function fractionsOfPrimes(count: number, root: 2 | 3): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++) if (primes.every((prime) => candidate % prime)) primes.push(candidate);
  const take = root === 2 ? Math.sqrt : Math.cbrt;
  return primes.map((prime) => Math.floor((take(prime) % 1) * 2 ** 32) | 0);
}
