// SHA-256 of bytes or of a Blob, by WebCrypto. WebCrypto has no incremental form: a Blob is read into memory whole.
import { printHex } from './hex';

export async function sha256Bytes(data: Uint8Array | Blob): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = data instanceof Blob ? await data.arrayBuffer() : (data as Uint8Array<ArrayBuffer>);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** Hex. */
export async function sha256(data: Uint8Array | Blob): Promise<string> {
  return printHex(await sha256Bytes(data));
}
