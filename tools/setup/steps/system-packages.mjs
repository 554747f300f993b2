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
  { names: ['libstdc++6-arm64-cross'], found: () => existsSync('/usr/aarch64-linux-gnu/lib/libstdc++.so.6') },
  { names: ['proot'], found: () => findProgram('proot') },
  { names: ['zstd'], found: () => findProgram('zstd') },
  { names: ['unzip'], found: () => findProgram('unzip') },
  { names: ['osslsigncode'], found: () => findProgram('osslsigncode') },
  { names: ['strace'], found: () => findProgram('strace') },
  { names: ['faketime'], found: () => findProgram('faketime') },
  { names: ['llvm'], found: () => findProgram('llvm-readobj') },
];

const listMissing = () => packages.filter((each) => !each.found()).flatMap((each) => each.names);

const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
const apt = (...args) => runCommand(`apt-get ${args.at(-1)}`, 'apt-get', args, { env });
const install = (...names) => apt('install', '-y', '--no-install-recommends', ...names);

/** All at once; else with fresh lists; else each alone, so that a name unknown here does not cost the others. */
async function installMissing(names, say) {
  if (await succeeds(install(...names))) return;
  say('apt-get update, then once more');
  await succeeds(apt('update'));
  if (await succeeds(install(...names))) return;
  for (const name of names) await install(name).catch((error) => say(`${error.message}\n    tests that need it fail or are skipped`));
}

const succeeds = (promise) => promise.then(() => true, () => false);

export default {
  name: 'System packages for the tests: apt-get install',
  isCurrent: () => listMissing().length === 0,
  async run(say) {
    const missing = listMissing();
    const able = process.platform === 'linux' && process.getuid?.() === 0 && findProgram('apt-get');
    if (!able) return say(`left to you, as this needs root and apt-get: ${missing.join(', ')}; tests that need them fail or are skipped`);
    say(missing.join(', '));
    await installMissing(missing, say);
  },
};
