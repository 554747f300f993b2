import type { Target } from '../model/target';

export default {
  id: 'windows-x86_64',
  label: 'Windows x86-64',
  os: 'windows',
  arch: 'x86_64',
  executable: 'pe',
  suffix: '.exe',
  environment: { os_name: 'nt', platform_machine: 'AMD64', platform_system: 'Windows', sys_platform: 'win32' },
  platform: { kind: 'windows', arch: 'amd64' },
} satisfies Target;
