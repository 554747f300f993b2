// The locator: what a launcher knows of its payload. Fields as in launcher/FORMAT.md, version 1.

export interface LocatorLayer {
  offset: number;
  size: number;
  unpacked: number;
  files: number;
  mount: 'runtime' | 'app';
  /** Hex. */
  digest: string;
  name: string;
}

export interface Locator {
  windowed: boolean;
  /** The app's byte code is compiled while unpacking. */
  compile: boolean;
  selfCommands: boolean;
  fileSize: number;
  manifestOffset: number;
  manifestSize: number;
  /** 32 hex digits, or empty in a bare launcher. */
  runtimeKey: string;
  appKey: string;
  interpreter: string;
  name: string;
  /** Undefined where it has no meaning. */
  glibc?: [major: number, minor: number];
  layers: LocatorLayer[];
}

export const locatorSize = 1024;
export const locatorMagic = Uint8Array.from('TERRARIUM\0LOC\r\n\x1a', (character) => character.charCodeAt(0));
export const layerSlots = 4;
