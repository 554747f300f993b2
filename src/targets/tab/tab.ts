// The tab as a target of its own: build backends run in it, nothing is shipped for it.
import type { Target } from '../../model/target';

export const tabTarget: Target = {
  id: 'tab',
  label: 'this tab',
  os: 'linux',
  arch: 'x86_64',
  executable: 'elf',
  suffix: '',
  environment: { os_name: 'posix', platform_machine: 'wasm32', platform_system: 'Emscripten', sys_platform: 'emscripten' },
  platform: { kind: 'none' },
};
