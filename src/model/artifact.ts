// A finished file.
export interface Artifact {
  name: string;
  output: string;
  target?: string;
  blob: Blob;
  size: number;
  /** Hex, of the whole file. */
  sha256: string;
  /** The same file in a form that keeps the executable bit through a download (`.tar.gz`), made on request. */
  archiveName?: string;
}
