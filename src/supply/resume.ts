// What arrived of a body that broke off → whether the rest alone may be asked for, and whether an answer is that rest (RFC 9110, 8.8, 13.1.5, 14).

/** A body on its way, over however many tries. */
export interface Transfer {
  chunks: Uint8Array[];
  length: number;
  /** Of the file that `chunks` are the beginning of; undefined where the server gave nothing that proves it to be the same. */
  validator: string | undefined;
  /** Bytes of the whole, where they were told. */
  total: number | undefined;
}

export const makeTransfer = (): Transfer => ({ chunks: [], length: 0, validator: undefined, total: undefined });

/** An answer with the whole file: whatever came before is of no use. */
export function beginTransfer(transfer: Transfer, { headers, status }: Response): void {
  const length = headers.get('content-length');
  const encoded = (headers.get('content-encoding') ?? 'identity') !== 'identity';
  Object.assign(transfer, makeTransfer(), {
    validator: encoded ? undefined : findValidator(headers),
    total: length !== null && /^\d{1,15}$/.test(length) && !encoded && status !== 304 ? Number(length) : undefined,
  });
}

/** Undefined: from the beginning. */
export function findRest({ length, validator, total }: Transfer): Record<string, string> | undefined {
  if (length === 0 || validator === undefined || (total !== undefined && length >= total)) return undefined;
  return { range: `bytes=${length}-`, 'if-range': validator };
}

/** Some servers answer with another span than was asked for, some ignore If-Range. */
export function isRest({ status, headers }: Response, { length, validator, total }: Transfer): boolean {
  const [, from, to, whole] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  const sameSpan = status === 206 && Number(from) === length && Number(to) === Number(whole) - 1 && (total === undefined || Number(whole) === total);
  const own = headers.get('etag');
  return sameSpan && (own === null || !validator?.startsWith('"') || own === validator);
}

/** A weak ETag proves nothing, and a date counts only without any ETag, and where the file was not changed in the second in which it was sent. */
function findValidator(headers: Headers): string | undefined {
  const etag = headers.get('etag');
  if (etag !== null) return /^"[\x21\x23-\x7e\x80-\xff]*"$/.test(etag) ? etag : undefined;
  const changed = headers.get('last-modified') ?? '';
  const sent = headers.get('date') ?? '';
  return Date.parse(sent) - Date.parse(changed) >= 1000 ? changed : undefined;
}
