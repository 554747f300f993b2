// SHA-256 of bytes or of a Blob. WebCrypto has no incremental form and would hold a Blob twice, so large ones are read piece by piece.
import { sha256 as pieces } from '@noble/hashes/sha2.js';
import { printHex } from './hex';

// The library's takes several times as long, so only where a copy of all would endanger the tab.
const large = 96 * 2 ** 20;
const piece = 4 * 2 ** 20;

export async function sha256Bytes(data: Uint8Array | Blob): Promise<Uint8Array<ArrayBuffer>> {
  if (data instanceof Blob && data.size > large) return hashPieces(data);
  const bytes = data instanceof Blob ? await data.arrayBuffer() : (data as Uint8Array<ArrayBuffer>);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

async function hashPieces(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const hash = pieces.create();
  for (let at = 0; at < blob.size; at += piece) hash.update(new Uint8Array(await blob.slice(at, at + piece).arrayBuffer()));
  return hash.digest() as Uint8Array<ArrayBuffer>;
}

/** Hex. */
export async function sha256(data: Uint8Array | Blob): Promise<string> {
  return printHex(await sha256Bytes(data));
}
