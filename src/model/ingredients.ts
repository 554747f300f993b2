// Everything that outputs choose from: made by the stages before the plan, once, for all outputs and targets.
import type { Analysis, Entry } from './analysis';
import type { Icon } from './icon';
import type { Distribution, WheelRef } from './resolution';
import type { RuntimeGroup, RuntimeManifest } from './runtime';
import type { Target } from './target';

/** A prepared piece of a layer: one zstd frame of tar members, kept in the store by `sha256`. */
export interface Frame {
  sha256: string;
  size: number;
  files: number;
  unpacked: number;
  /** Paths of extension modules and shared libraries. */
  native: string[];
  /** Paths of `.pth` files. */
  pth: string[];
  /** Some module imports tkinter unconditionally. */
  tkinter: boolean;
  /** Paths of modules that ask for their own file's place, and so may need real files beside them. */
  fileUses: string[];
  warnings: string[];
  blob: Blob;
}

/** A wheel's frame, with what it brings: RECORD's hash by path in the app's folder. */
export interface PreparedFrame extends Frame {
  placed: Record<string, string>;
}

export interface WheelIngredient {
  distribution: Distribution;
  wheel: WheelRef;
  /** The wheel as published. */
  blob: Blob;
  frame: Frame;
}

export interface TargetIngredients {
  target: Target;
  runtime: RuntimeManifest;
  /** In layer order, chosen for this app. */
  groups: RuntimeGroup[];
  groupBlobs: Blob[];
  /** Mach-O only, beside `groups`: raw SHA-256 of each page of the size that the target's signature uses. */
  groupPages: (Uint8Array | undefined)[];
  launcher: Uint8Array;
  /** The frames hold byte code for this runtime; otherwise the launcher has it compiled while unpacking. */
  compiled: boolean;
  /** Sorted by name. */
  wheels: WheelIngredient[];
  /** The app's own wheel below `app/`. */
  app: Frame;
  /** boot.py and the `._pth`, with the tar's end. */
  boot: Frame;
}

export interface Ingredients {
  name: string;
  version: string;
  /** Series. */
  python: string;
  analysis: Analysis;
  entry: Entry;
  commands: Entry[];
  appWheel: { filename: string; sha256: string; blob: Blob };
  /** A closed tar, empty: ends the packages layer. */
  end: Frame;
  targets: TargetIngredients[];
  lock: string;
  /** Text of the app's METADATA. */
  metadata: string;
  /** Of executables that have one; undefined: one of ours. */
  icon?: Icon;
  /** Executables take `self …` as arguments. */
  selfCommands: boolean;
  shebang: string;
  requiresPython?: string;
  /** Text of `__main__.py` for zipapps: with the options that `src/outputs/zipapp.ts` chooses. */
  zipappMain(options: ZipappMainOptions): Promise<string>;
}

export interface ZipappMainOptions {
  /** `[3, 14]` */
  minimum: [number, number];
  /** Native code: no other series will do. */
  exact: boolean;
  /** Unpack to `<cache>/terrarium/zipapps/<key>/` at the first start. */
  unpackKey?: string;
  /** Running elsewhere cannot work: what `sys.platform` and `platform.machine()` must be. */
  platform?: { sys_platform: string; machines: string[]; label: string };
}
