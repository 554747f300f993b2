// What the launcher is built with: the compiler and the zstd decoder, pinned, and how they are fetched.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const downloads = join(root, '.build/launcher-tools');

/** One sha256 for each host that may build: pip picks the wheel of its own platform. */
const zig = {
  requirement: 'ziglang==0.17.0',
  sha256: [
    '97079827064a7492cce5541ceb438ae8003ce1e54e399676da2d62fb7a5dc08b', // Linux x86-64
    'd2804f94f54f7fcf8169f4b212a619ad688a4e2e6592e976f0cf2e58e2cd8af3', // Linux arm64
    '87274af689c4128051b26c80f6f676757e0a81c2fdc137fd8b5679e928e4bc4f', // macOS arm64
    '4d910f0e363ddb60a6b8ddb55235617797a8ccbcb6c5c7132a949d9f833eea42', // macOS x86-64
  ],
};
/** A Go module that carries the reference implementation's C files, in one folder; Go fetches it without building anything. */
const zstd = { module: 'github.com/DataDog/zstd@v1.5.7', sum: 'h1:ybO8RBeh29qrxIhCA9E8gKY6xfONU9T6G6aP9DTKfLE=' };

/** A program or the network is not there. Something else than what is pinned is never this. */
export class Unfetchable extends Error {}

function run(command, args, options = {}) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
  } catch (error) {
    if (error.code === 'ENOENT') throw new Unfetchable(`Building the launcher needs ${command}, which is not installed.`);
    if (/do not match the hashes|checksum mismatch/i.test(error.stderr)) throw error;
    throw new Unfetchable(`Building the launcher needs what \`${command} ${args[0]}\` cannot fetch: ${error.stderr.trim().split('\n').at(-1)}`);
  }
}

function unpackWheel(folder) {
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  run('python3', ['-m', 'zipfile', '-e', wheel, 'unpacked'], { cwd: folder });
  chmodSync(join(folder, 'unpacked/ziglang/zig'), 0o755);
  rmSync(join(folder, wheel));
}

/** Folder that holds `zig` and its `lib`. */
export function fetchZig() {
  const kept = join(downloads, zig.requirement.replace('==', '-'));
  if (existsSync(kept)) return join(kept, 'unpacked/ziglang');
  const partial = `${kept}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const requirements = join(partial, 'requirements.txt');
  writeFileSync(requirements, `${zig.requirement} ${zig.sha256.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
  run('python3', ['-m', 'pip', 'download', '--quiet', '--require-hashes', '--no-deps', '--only-binary=:all:', '-d', partial, '-r', requirements]);
  unpackWheel(partial);
  renameSync(partial, kept);
  return join(kept, 'unpacked/ziglang');
}

/** Folder that holds zstd.h and the C files. */
export function fetchZstd() {
  mkdirSync(downloads, { recursive: true });
  const found = JSON.parse(run('go', ['mod', 'download', '-json', zstd.module], { cwd: downloads }));
  if (found.Sum !== zstd.sum) throw new Error(`${zstd.module} has the checksum ${found.Sum}, expected ${zstd.sum}.`);
  return found.Dir;
}
