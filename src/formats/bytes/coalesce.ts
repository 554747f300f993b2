// Many small pieces to few larger ones: a Blob of thousands of slices takes seconds to make and to read, one of a few takes nothing.

export type Bytes = Blob | Uint8Array;

export const sizeOfBytes = (piece: Bytes): number => (piece instanceof Blob ? piece.size : piece.length);

const few = 64;
const enough = 2 ** 20;

/** Same bytes in the same order. Pieces of 1 MiB and more stay as they are; smaller neighbours are read and joined. */
export async function coalesce(pieces: readonly Bytes[]): Promise<Bytes[]> {
  if (pieces.length <= few) return [...pieces];
  return Promise.all(group(pieces).map(join));
}

function group(pieces: readonly Bytes[]): Bytes[][] {
  const groups: Bytes[][] = [];
  let room = 0;
  for (const piece of pieces) {
    const size = sizeOfBytes(piece);
    if (size < room) groups.at(-1)!.push(piece);
    else groups.push([piece]);
    room = size < room ? room - size : size >= enough ? 0 : enough - size;
  }
  return groups;
}

async function join(pieces: Bytes[]): Promise<Bytes> {
  if (pieces.length === 1) return pieces[0]!;
  return new Uint8Array(await new Blob(pieces as Blob[]).arrayBuffer());
}
