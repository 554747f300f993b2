// The launcher's sources turn into one executable for a target, the same bytes wherever and whenever it is done.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetchZig, fetchZstd, root } from './pins.mjs';
import { writeNotices } from './write-notices.mjs';

const core = ['main', 'text', 'locator', 'place', 'tar', 'unpack', 'marker', 'publish', 'collect'];
const posix = ['posix-process', 'posix-quiet', 'posix-files', 'posix-threads'];
const windows = ['win32-text', 'win32-process', 'win32-files', 'win32-private', 'win32-start', 'win32-threads'];
export const decoder = ['zstd_decompress', 'zstd_decompress_block', 'zstd_ddict', 'huf_decompress', 'entropy_common', 'fse_decompress', 'zstd_common', 'xxhash', 'error_private'];

const noUnwinding = ['-fno-asynchronous-unwind-tables', '-fno-unwind-tables'];

export const targets = {
  'linux-x86_64': { zig: 'x86_64-linux-musl', sources: [...core, ...posix, 'linux', 'linux-system'], options: ['-static', '-Wl,--gc-sections', ...noUnwinding] },
  'linux-arm64': { zig: 'aarch64-linux-musl', sources: [...core, ...posix, 'linux', 'linux-system'], options: ['-static', '-Wl,--gc-sections', ...noUnwinding] },
  'windows-x86_64': { zig: 'x86_64-windows-gnu', sources: [...core, ...windows], options: ['-Wl,--gc-sections', '-DZSTD_NO_INLINE', 'src/launcher.rc', '-lapi-ms-win-security-base-l1-1-0', '-lapi-ms-win-core-processthreads-l1-1-0'] },
  'macos-arm64': { zig: 'aarch64-macos.11.0', sources: [...core, ...posix, 'macos'], options: ['-Wl,-dead_strip', ...noUnwinding] },
  'macos-x86_64': { zig: 'x86_64-macos.10.15', sources: [...core, ...posix, 'macos'], options: ['-Wl,-dead_strip', ...noUnwinding] },
};

/** What the decoder is cut down by. Windows takes ZSTD_NO_INLINE besides: 8 KB less for a decoder that takes half as long again. */
export const definitions = [
  '-DHUF_FORCE_DECOMPRESS_X1', '-DZSTD_FORCE_DECOMPRESS_SEQUENCES_SHORT', '-DZSTD_STRIP_ERROR_STRINGS',
  '-DZSTD_DISABLE_ASM', '-DDYNAMIC_BMI2=0', '-DZSTD_LEGACY_SUPPORT=0', '-DZSTD_TRACE=0',
];

const options = [
  '-std=c11', '-O2', '-s', '-g0', '-DNDEBUG', '-Wall', '-Wextra', '-Werror', '-ffunction-sections', '-fdata-sections',
  '-D_DEFAULT_SOURCE', '-D_DARWIN_C_SOURCE', '-Izstd', ...definitions,
];

/** Copies what is compiled into `folder`, so that every path the compiler sees is relative. */
export function prepare(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'zstd'), { recursive: true });
  cpSync(join(root, 'launcher/src'), join(folder, 'src'), { recursive: true });
  cpSync(fetchZstd(), join(folder, 'zstd'), { recursive: true, filter: (path) => !/\.(go|S)$|tools$/.test(path) });
}

/**
 * Compiles in a prepared folder; gives the path of the executable. `cache` keeps what is compiled of the sources there, `libraries` what the
 * compiler makes of its own C library and run-time, from its own folder alone: that may be shared.
 */
export async function compile(id, folder, cache, libraries = cache) {
  const { zig, sources, options: own } = targets[id];
  const files = [`${id}/notices.c`, ...sources.map((name) => `src/${name}.c`), ...decoder.map((name) => `zstd/${name}.c`)];
  // Mach-O signatures hold the output's name: it has to be the same everywhere.
  const output = id.startsWith('windows') ? 'launcher.exe' : 'launcher';
  mkdirSync(join(folder, id), { recursive: true });
  writeNotices(join(folder, id, 'notices.c'), zig);
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: libraries, ZIG_LOCAL_CACHE_DIR: cache, SOURCE_DATE_EPOCH: '0' };
  const said = await promisify(execFile)(join(fetchZig(), 'zig'), ['cc', '-target', zig, ...options, ...own, ...files, '-o', join(id, output)], { cwd: folder, env });
  process.stderr.write(said.stderr);
  return join(folder, id, output);
}
