import type { Target } from '../model/target';

export default {
  id: 'linux-arm64',
  label: 'Linux arm64',
  os: 'linux',
  arch: 'arm64',
  executable: 'elf',
  suffix: '',
  environment: { os_name: 'posix', platform_machine: 'aarch64', platform_system: 'Linux', sys_platform: 'linux' },
  platform: { kind: 'manylinux', arch: 'aarch64', oldest: [2, 17], newest: [2, 41] },
} satisfies Target;
