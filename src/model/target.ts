// A platform that artifacts are made for, as data. One file in src/targets per platform.
export interface Target {
  /** Also the last part of artifact names: `linux-x86_64`. */
  id: string;
  label: string;
  os: 'linux' | 'windows' | 'macos';
  arch: 'x86_64' | 'arm64';
  executable: 'elf' | 'pe' | 'macho';
  suffix: '' | '.exe';
  /** PEP 508 environment of the target, less the fields that depend on the Python version. */
  environment: { os_name: string; platform_machine: string; platform_system: string; sys_platform: string };
  /**
   * Platform tags accepted, as a range (PEP 600, and macOS versions); of the wheels that fit, the one for the
   * oldest system is taken, so that the artifact runs on as many machines as possible.
   */
  platform:
    | { kind: 'manylinux'; arch: 'x86_64' | 'aarch64'; oldest: [number, number]; newest: [number, number] }
    | { kind: 'macos'; arch: 'x86_64' | 'arm64'; oldest: [number, number]; newest: [number, number] }
    | { kind: 'windows'; arch: 'amd64' | 'arm64' }
    /** The tab itself, where build backends run: pure wheels only. */
    | { kind: 'none' };
}
