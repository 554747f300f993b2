// The arm64 launcher, its interpreter and the interpreter's children, under emulation.
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pythonApp } from './launcher-apps';
import { writeExecutable } from './launcher-assemble';
import { available, cacheContents, run, temporary } from './launcher-run';

const emulator = 'qemu-aarch64 -L /usr/aarch64-linux-gnu';
const runnable = available('the arm64 launcher', 'proot', 'qemu-aarch64');

describe.skipIf(!runnable)('a packed app on Linux arm64', () => {
  const folder = temporary();
  const cache = join(folder, 'cache');
  const demo = join(folder, 'demo');
  const start = (args: string[], input = '') => run('proot', ['-q', emulator, demo, ...args], { cache, input });

  beforeAll(async () => {
    writeExecutable(demo, pythonApp('linux-arm64'));
    expect(await start([])).toMatchObject({ code: 0, stdout: 'hello\n' });
    expect(cacheContents(cache)).toMatchObject({ runtimes: [expect.any(String)], apps: [expect.any(String)], tmp: [] });
  });

  test('gets arguments and standard input, and gives its exit code (T24, T27)', async () => {
    expect(JSON.parse((await start(['report', 'a b', ''])).stdout).argv).toEqual(['a b', '']);
    expect((await start(['cat'], 'through')).stdout).toBe('through');
    expect((await start(['exit', '3'])).code).toBe(3);
  });

  test('starts children through sys.executable (T28)', async () => {
    expect(await start(['child'])).toMatchObject({ code: 0, stdout: 'helper x 1\n' });
  });
});
