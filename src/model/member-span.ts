// Where a member of an archive lies.

/** A member of an archive that the strict reader accepted; Python inflates by these numbers and never lists an archive itself. */
export interface MemberSpan {
  path: string;
  /** Of the first byte of the (compressed) data in the archive. */
  offset: number;
  compressedSize: number;
  size: number;
  crc32: number;
  /** 0 stored, 8 deflated. */
  method: 0 | 8;
  executable: boolean;
}
