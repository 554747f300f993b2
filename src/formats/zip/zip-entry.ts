// A member of a zip archive, as the strict reader found it and the writer takes it.

export interface ZipEntry {
  /** `/` as separator, clean, without the closing slash of a directory. */
  path: string;
  /** As in the archive; holds a backslash (5c) where one was read as a separator. */
  rawName: Uint8Array;
  directory: boolean;
  /** 0 stored, 8 deflated. */
  method: 0 | 8;
  flags: number;
  crc32: number;
  compressedSize: number;
  size: number;
  /** Of the local header. */
  localOffset: number;
  /** Of the first byte of the (compressed) data. */
  dataOffset: number;
  /** Of the first byte after the member, its data descriptor included. */
  endOffset: number;
  /** Unix mode with file type; 0 where the archive has none. */
  mode: number;
  executable: boolean;
  /** Seconds since 1970 with the DOS time taken as UTC; impossible dates become 1980-01-01. */
  modified: number;
  /** `time | date << 16`, as stored. */
  dosTime: number;
  /** Version needed to extract. */
  version: number;
}

/** General purpose bits (APPNOTE 4.4.4). */
export const flag = { encrypted: 1, descriptor: 8, patched: 0x20, strong: 0x40, utf8: 0x800, masked: 0x2000 } as const;

export function isAscii(name: Uint8Array): boolean {
  for (let at = 0; at < name.length; at++) if (name[at]! >= 0x80) return false;
  return true;
}
