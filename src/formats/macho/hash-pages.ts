// SHA-256 of each page of a file that is made of parts. Pages that lie wholly in a part whose digests are known are not read.
import { sha256Bytes } from '../bytes/sha256';

export interface PagedPart {
  data: Blob | Uint8Array;
  /** Digests (32 bytes each) of the part's own pages, counted from its start. Used where the part starts on a page of the file. */
  pages?: Uint8Array;
}

const hashSize = 32;
const chunkSize = 4 * 2 ** 20;
export const sizeOf = ({ data }: PagedPart): number => (data instanceof Blob ? data.size : data.length);

/** The last page is hashed as long as it is, not padded. */
export async function hashPages(parts: readonly PagedPart[], pageSize: number): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Blob(parts.map(({ data }) => data as Blob));
  const hashes = new Uint8Array(hashSize * Math.ceil(whole.size / pageSize));
  let from = 0;
  for (const { first, digests } of findKnown(parts, pageSize)) {
    hashes.set(digests, first * hashSize);
    await hashRange(whole, from, first, pageSize, hashes);
    from = first + digests.length / hashSize;
  }
  await hashRange(whole, from, hashes.length / hashSize, pageSize, hashes);
  return hashes;
}

function findKnown(parts: readonly PagedPart[], pageSize: number): { first: number; digests: Uint8Array }[] {
  let offset = 0;
  return parts.flatMap((part) => {
    const start = offset;
    const count = Math.floor(sizeOf(part) / pageSize);
    offset += sizeOf(part);
    if (!part.pages || start % pageSize !== 0 || count === 0) return [];
    const expected = Math.ceil(sizeOf(part) / pageSize) * hashSize;
    if (part.pages.length !== expected) throw new RangeError(`hashPages: ${part.pages.length} bytes of digests for a part that needs ${expected}`);
    return [{ first: start / pageSize, digests: part.pages.subarray(0, count * hashSize) }];
  });
}

async function hashRange(whole: Blob, first: number, end: number, pageSize: number, hashes: Uint8Array): Promise<void> {
  const step = chunkSize / pageSize;
  for (let page = first; page < end; page += step) {
    const last = Math.min(page + step, end);
    const bytes = new Uint8Array(await whole.slice(page * pageSize, last * pageSize).arrayBuffer());
    const digests = await Promise.all(Array.from({ length: last - page }, (_, index) => sha256Bytes(bytes.subarray(index * pageSize, (index + 1) * pageSize))));
    digests.forEach((digest, index) => hashes.set(digest, (page + index) * hashSize));
  }
}
