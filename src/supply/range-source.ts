// A file behind HTTP ranges → ByteSource. Every answer's offset is checked: servers and caches have answered with other spans than asked for.
import type { ByteSource } from '../formats/bytes/byte-source';
import { FormatError } from '../formats/format-error';
import { fail, type Failure, type Outcome } from '../model/failure';
import type { Fetched } from './checked-fetch';

/** The way by ranges is closed; the whole file has to be fetched, or already was. */
export class RangesRefused extends Error {
  /** The server sent all of it instead. */
  readonly whole: Fetched | undefined;
  readonly failure: Failure | undefined;
  constructor(message: string, about: { whole?: Fetched; failure?: Failure } = {}) {
    super(message);
    this.whole = about.whole;
    this.failure = about.failure;
  }
}

export type FetchRange = (range: string) => Promise<Outcome<Fetched>>;

export function makeRangeSource(size: number, fetchRange: FetchRange): ByteSource {
  return {
    size,
    async read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > size) throw new FormatError(`bytes ${offset} to ${offset + length} lie outside its ${size}`, { offset });
      if (length === 0) return new Uint8Array();
      const fetched = await fetchRange(`bytes=${offset}-${offset + length - 1}`);
      if (!fetched.ok) throw new RangesRefused(fetched.failure.message, { failure: fetched.failure });
      return checkRange(fetched.value, offset, length, size);
    },
  };
}

function checkRange(answer: Fetched, offset: number, length: number, size: number): Uint8Array {
  if (answer.status === 200) throw new RangesRefused('the whole file was sent', { whole: answer });
  if (answer.status !== 206) {
    const gone = answer.status === 404 || answer.status === 410;
    throw new RangesRefused(`the answer was ${answer.status}`, gone ? { failure: fail('supply/refused', `the answer was ${answer.status}`).failure } : {});
  }
  const said = answer.headers.get('content-range');
  // A page may not read Content-Range of another origin; the length, and the CRC of what is read, still hold.
  const unseen = said === null && answer.opaqueHeaders;
  const expected = `bytes ${offset}-${offset + length - 1}/${size}`;
  if (!unseen && said !== expected) throw new RangesRefused(`the range ${said ?? 'unnamed'} was sent where ${expected} was asked for`);
  if (answer.bytes.length !== length) throw new RangesRefused(`${answer.bytes.length} bytes were sent where ${length} were asked for`);
  return answer.bytes;
}
