// What only tests use of the system: a browser, wine, qemu and small tools, installed by apt-get where that can be done.
import { existsSync } from 'node:fs';
import { findProgram } from '../find-program.mjs';
import { runCommand } from '../run-command.mjs';

/** Debian's package, and what shows that it is there. */
const packages = [
  { names: ['chromium'], found: () => findProgram('chromium', 'chromium-browser', 'google-chrome') },
  { names: ['wine', 'wine64'], found: () => findProgram('wine', 'wine64') },
  { names: ['qemu-user'], found: () => findProgram('qemu-aarch64') },
  { names: ['libc6-arm64-cross'], found: () => existsSync('/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1') },
  { names: ['proot'], found: () => findProgram('proot') },
  { names: ['zstd'], found: () => findProgram('zstd') },
  { names: ['unzip'], found: () => findProgram('unzip') },
  { names: ['llvm'], found: () => findProgram('llvm-readobj') },
];

const listMissing = () => packages.filter((each) => !each.found()).flatMap((each) => each.names);

async function install(names, say) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => runCommand(`installing ${names.join(', ')}`, 'apt-get', args, { env });
  const wanted = ['install', '-y', '--no-install-recommends', ...names];
  try {
    await apt(...wanted);
  } catch {
    say('apt-get update, then once more');
    await apt('update');
    await apt(...wanted);
  }
}

export default {
  name: 'System packages for the tests: apt-get install',
  isCurrent: () => listMissing().length === 0,
  async run(say) {
    const missing = listMissing();
    const able = process.platform === 'linux' && process.getuid?.() === 0 && findProgram('apt-get');
    if (!able) return say(`left to you, as this needs root and apt-get: ${missing.join(', ')}; tests that need them fail or are skipped`);
    say(missing.join(', '));
    await install(missing, say).catch((error) => say(`${error.message}\n    tests that need them fail or are skipped`));
  },
};
