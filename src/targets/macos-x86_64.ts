import type { Target } from '../model/target';

export default {
  id: 'macos-x86_64',
  label: 'macOS x86-64',
  os: 'macos',
  arch: 'x86_64',
  executable: 'macho',
  suffix: '',
  environment: { os_name: 'posix', platform_machine: 'x86_64', platform_system: 'Darwin', sys_platform: 'darwin' },
  platform: { kind: 'macos', arch: 'x86_64', oldest: [10, 9], newest: [15, 0] },
} satisfies Target;
