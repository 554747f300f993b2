// How much an archive may hold before it is refused; a caller may pass a table of its own.

export interface Limits {
  members: number;
  /** Sum of the sizes of all members, inflated, in bytes. */
  total: number;
  /** Size of one member, inflated, in bytes. */
  member: number;
  /** Inflated over compressed size, looked at above `ratioFrom` bytes only: small members of zeros are harmless. */
  ratio: number;
  ratioFrom: number;
  /** UTF-8 bytes of a whole path, and of one segment of it (what file systems allow). */
  path: number;
  segment: number;
  /** Number of segments in a path. */
  depth: number;
}

const mebibyte = 2 ** 20;

export const limits: Readonly<Limits> = {
  members: 50_000,
  total: 1024 * mebibyte,
  member: 256 * mebibyte,
  ratio: 200,
  ratioFrom: 10 * mebibyte,
  path: 512,
  segment: 255,
  depth: 40,
};
