import type { Target } from '../model/target';

export default {
  id: 'linux-x86_64',
  label: 'Linux x86-64',
  os: 'linux',
  arch: 'x86_64',
  executable: 'elf',
  suffix: '',
  environment: { os_name: 'posix', platform_machine: 'x86_64', platform_system: 'Linux', sys_platform: 'linux' },
  platform: { kind: 'manylinux', arch: 'x86_64', oldest: [2, 5], newest: [2, 41] },
} satisfies Target;
