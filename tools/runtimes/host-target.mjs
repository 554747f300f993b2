// This machine as a target id of the catalogue, or a SetupStop where no build of CPython runs on it.
import { SetupStop } from '../setup/setup-stop.mjs';

const systems = { linux: 'linux', darwin: 'macos', win32: 'windows' };
const processors = { x64: 'x86_64', arm64: 'arm64' };

export function findHostTarget(platform = process.platform, arch = process.arch) {
  const [system, processor] = [systems[platform], processors[arch]];
  if (!system || !processor || (system === 'windows' && processor === 'arm64'))
    throw new SetupStop(`choosing the CPython for set-up: there is none for ${platform} on ${arch}; Linux, macOS and Windows on x86-64, and Linux and macOS on arm64, have one.`);
  return `${system}-${processor}`;
}
