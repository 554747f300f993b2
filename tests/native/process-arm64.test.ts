// A subset of what process-linux.test.ts compares, on Linux arm64 under emulation: the launcher and the interpreter are that machine's.
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { available, run, temporary, type RunOptions } from './launcher-run';
import { bareProbe, packProbe } from './process-app';

const emulator = ['-q', 'qemu-aarch64 -L /usr/aarch64-linux-gnu'];
const runnable = available('the process on Linux arm64', 'proot', 'qemu-aarch64');

describe.skipIf(!runnable)('as with the bare interpreter on Linux arm64:', () => {
  const folder = temporary();
  const cache = join(folder, 'cache');
  const demo = join(folder, 'demo');
  let bare: string[];
  const start = (command: string[], args: string[], options: RunOptions = {}) => run('proot', [...emulator, ...command, ...args], { ...options, cache });
  const plain = (text: string) => text.replace(/\/[^\s'"]*\//g, '').replace(/0x[0-9a-f]+/g, '0x');

  beforeAll(async () => {
    packProbe(demo, { target: 'linux-arm64' });
    bare = bareProbe(join(folder, 'bare'), 'linux-arm64');
    expect(await start([demo], ['arguments', 'x'])).toMatchObject({ code: 0, stdout: "1\n['x']\n" });
  });

  const cases: [string, string[], RunOptions?][] = [
    ['odd arguments come unchanged (T24)', ['arguments', '', ' ', 'a b', '"q"', "it's", 'tail\\', '\\"', '%PATH%', '^&|', 'new\nline', 'ü漢😀', '-c', '--help']],
    ['a long argument, and many of them, come unchanged (T24)', ['arguments', 'x'.repeat(100_000), ...Array.from({ length: 2000 }, (_, i) => String(i))]],
    ['arguments come unchanged under LC_ALL=C (T24)', ['arguments', 'ü'], { env: { LC_ALL: 'C' } }],
    ['each of 256 bytes goes through (T25)', ['cat'], { input: Buffer.from(Array.from({ length: 256 }, (_, i) => i)) }],
    ['an empty standard input ends (T25)', ['cat'], { input: '' }],
    ...['0', '1', '255', '256', '-1', 'None', '"a sentence"', '2**70'].map((value): [string, string[]] => [`sys.exit(${value}) ends it so (T27)`, ['leave', value]]),
    ['an exception ends it with its traceback (T27)', ['raise_', 'ValueError("wrong")']],
    ['os._exit ends it (T27)', ['call', 'os._exit(77)']],
    ['a hook that fails is told of (T27)', ['call', 'sys.excepthook = None; 1 / 0']],
    ['its own handler gets a signal (T26)', ['call', 'signal.signal(signal.SIGUSR1, lambda *_: sys.exit(9)); os.kill(os.getpid(), signal.SIGUSR1); import time; time.sleep(5)']],
    ['PYTHON variables have no effect (T21)', ['interpreter'], { env: { PYTHONHOME: '/nowhere', PYTHONOPTIMIZE: '2', PYTHONPATH: '/evil', PYTHONUTF8: '0', PYTHONDEVMODE: '1', PYTHONIOENCODING: 'utf-16' } }],
    ['children work (T28)', ['call', 'import subprocess; print(subprocess.run([sys.executable, "-c", "print(5); raise SystemExit(4)"], capture_output=True).stdout)']],
  ];
  test.each(cases)('%s', async (_, args, options) => {
    const [expected, found] = [await start(bare, args, options), await start([demo], args, options)];
    for (const ended of [expected, found]) [ended.stdout, ended.stderr] = [plain(ended.stdout), plain(ended.stderr)];
    expect(found).toEqual(expected);
  });

  test.each(['spawn', 'fork'])('pools by %s work (T28)', async (method) => {
    expect(await start([demo], ['pool', method])).toMatchObject({ code: 0, stdout: expect.stringContaining(`${method} 7 through a queue`) });
  });
});
