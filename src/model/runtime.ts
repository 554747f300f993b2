// A CPython build, packed. Made at set-up by tools/runtimes; served below `runtimes/`.

export interface RuntimeGroup {
  /** `core`, `tkinter`, `test` … and last, `end` (the tar's two closing blocks). */
  name: string;
  /** Left in always. */
  required: boolean;
  /** Top-level modules that are importable only with this group. */
  modules: string[];
  files: number;
  unpacked: number;
  /** Compressed, a multiple of 16384. */
  size: number;
  sha256: string;
  /** File name in the pack's folder: `core.tar.zst`. */
  file: string;
  /** What the build came without, so that the group does not wholly work, for people. */
  lacks?: string;
  /** Mach-O targets only: SHA-256 of each page, concatenated raw, by page size (`4096`, `16384`). */
  pages?: Record<string, { file: string; sha256: string }>;
}

export interface RuntimeManifest {
  format: 1;
  /** Full version: `3.14.6`. */
  python: string;
  /** `3.14` */
  series: string;
  target: string;
  /** Where the build came from, pinned: module path and version, or archive name and sha256. */
  source: string;
  /** pyc magic number, first two bytes little-endian. */
  magic: number;
  /** Path in the runtime's folder: `bin/python3.14`, `python.exe`. */
  interpreter: string;
  /** `python3.14._pth` or `python314._pth`. */
  pthName: string;
  /** Standard library's `sys.path` entries, relative to the runtime's folder. */
  stdlibPaths: string[];
  /** Read from the binaries. */
  minimum: { glibc?: string; macos?: string; windows?: string };
  /** Paths in the runtime's folder. */
  licences: string[];
  /** In layer order. */
  groups: RuntimeGroup[];
}

/** `runtimes/catalogue.json` */
export interface RuntimeCatalogue {
  format: 1;
  runtimes: { python: string; series: string; target: string; folder: string; sha256: string }[];
}
