import type { Target } from '../model/target';

export default {
  id: 'macos-arm64',
  label: 'macOS arm64',
  os: 'macos',
  arch: 'arm64',
  executable: 'macho',
  suffix: '',
  environment: { os_name: 'posix', platform_machine: 'arm64', platform_system: 'Darwin', sys_platform: 'darwin' },
  platform: { kind: 'macos', arch: 'arm64', oldest: [11, 0], newest: [15, 0] },
} satisfies Target;
