// Which wheel for which target. Made by workers/python/terrarium/resolve.py; field names are the same there.

export interface WheelRef {
  filename: string;
  /** Absolute https URL; `dropped:` or `built:` plus the file name for wheels that came with the project or were built here. */
  url: string;
  /** Hex. */
  sha256: string;
  size?: number;
  /** True where Root-Is-Purelib and the platform tag say that it runs anywhere. */
  pure: boolean;
  /** Published as source only: the wheel was built here, of this archive. */
  built?: SourceRef;
}

/** A published source archive. */
export interface SourceRef {
  filename: string;
  url: string;
  /** Hex. */
  sha256: string;
  size?: number;
}

export interface Distribution {
  /** Normalised (PEP 503). */
  name: string;
  version: string;
  /** Address of the index that it was taken from; absent for what lay beside the project, came from an address or a lock. */
  index?: string;
  /** By target id; a target where it is not needed has no key. */
  wheels: Record<string, WheelRef>;
  /** Names of what asks for it; `` (empty) for the project itself. With the requirement as written. */
  requiredBy: { name: string; requirement: string }[];
}

export interface Resolution {
  /** Series, as in `3.14`. */
  python: string;
  targets: string[];
  /** Sorted by name, then version. A distribution whose version differs between targets stands here once per version. */
  distributions: Distribution[];
  /** `pylock.toml` (PEP 751). */
  lock: string;
  /** Lines for people: yanked, pre-release, versions that differ between targets. */
  notices: string[];
  /** What is needed and cannot be had; then nothing can be built of it. Such a distribution has no wheel for the target. */
  gaps: Gap[];
}

export interface Gap {
  name: string;
  version: string;
  /** Target id. */
  target: string;
  kind: 'wheel' | 'source' | 'compiler' | 'python' | 'hash' | 'yanked' | 'rejected' | 'unusable';
  /** A clause for people: what there is in its place, and which file shows it. */
  reason: string;
  /** Only what is known to be there. */
  fixes: Fix[];
}

/** What would close a gap; `label` is for people. */
export type Fix = { label: string } & (
  | { kind: 'python'; series: string }
  /** A requirement with the target's marker that counts for whoever asks. */
  | { kind: 'version'; override: string }
  | { kind: 'substitute'; name: string; other: string }
  | { kind: 'leave-out'; target: string }
);
