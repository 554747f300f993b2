// What crosses between the Python thread's two ends, over Comlink. `Python` (python.ts) is the face that callers see.

export interface Started {
  python: string;
  boot: 'snapshot' | 'ordinary';
  milliseconds: number;
  /** Digest of our Python package: what it made is kept under this, so that new code never meets old results. */
  code: string;
}

export interface PythonRemote {
  /** `base`: URL (browser) or folder (Node) that has `pyodide/` and `python/`; ends in `/`. Called once, before anything else. */
  start(base: string): Promise<Started>;
  put(folder: string, files: { path: string; bytes: Uint8Array }[]): Promise<void>;
  /** Request and answer are JSON. Buffers are transferred both ways; a Blob is read on the other side. Throws `PythonError` with the traceback for a bug in Python. */
  call(verb: string, request: string, blobs: (Uint8Array | Blob)[]): Promise<{ answer: string; blobs: Uint8Array[] }>;
}
