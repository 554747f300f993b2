// A member of a tar archive.

export interface TarEntry {
  /** Clean, without a closing slash. */
  path: string;
  kind: 'file' | 'directory' | 'symlink' | 'hardlink';
  /** Of files; a view of the archive. */
  bytes: Uint8Array;
  executable: boolean;
  /** Of links, as written: not checked, never to be followed. */
  target?: string;
}
