// The same faults under wine and under emulation: fewer of them, as a start takes a second there. Under wine, only `npm run faults` tries them:
// making wine's folder takes as long as all the other faults that `npm test` tries.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeEnd, inMemory, isFull, makeRandom, often, start, tryAll } from './faults';
import { pythonApp } from './launcher-apps';
import { payloadAlignment, launchers, writeExecutable } from './launcher-assemble';
import { available, cacheContents, temporary, type Ended } from './launcher-run';

if (!isFull) console.warn('SKIPPED: faults under wine, because `npm run faults` tries them');

interface System {
  target: string;
  /** Starts a file with this cache; killed after so many seconds, if at all. */
  command: (file: string, killAfter: string) => string[];
  cacheName: (path: string) => string;
  env: Record<string, string>;
}

const memory = inMemory();
const wineFolder = temporary();
const wine: System = {
  target: 'windows-x86_64',
  command: (file, killAfter) => ['timeout', '--foreground', '-s', 'KILL', killAfter, 'wine', file],
  cacheName: (path) => `Z:${path.replaceAll('/', '\\')}`,
  env: { WINEPREFIX: join(wineFolder, 'wine'), WINEDEBUG: '-all', DISPLAY: '', HOME: wineFolder },
};
const arm: System = {
  target: 'linux-arm64',
  command: (file, killAfter) => ['timeout', '-s', 'KILL', killAfter, 'proot', '-q', 'qemu-aarch64 -L /usr/aarch64-linux-gnu', file],
  cacheName: (path) => path,
  env: {},
};

let count = 0;
const freshCache = () => join(memory, `cache${count++}`);
const never = '60';

function startOn(system: System, file: string, cache: string, killAfter = never): Promise<Ended> {
  const [command, ...args] = system.command(file, killAfter);
  return start(command!, args, { env: { ...system.env, TERRARIUM_CACHE: system.cacheName(cache) }, killAfter: 90_000 });
}

const isRight = ({ code, stdout }: Ended): boolean => code === 0 && stdout.replace('\r', '') === 'hello\n';
const isRefused = ({ code, stdout, stderr }: Ended): boolean => code === 70 && stdout === '' && /^demo: cannot unpack [^\n]+\.\r?\n$/.test(stderr);
const isWhole = (cache: string): boolean => {
  const { runtimes, apps, tmp } = cacheContents(cache);
  return runtimes.length === 1 && apps.length === 1 && tmp.length === 0;
};

const systems: [string, System, boolean][] = [
  ['Windows (wine)', wine, isFull && available('faults under wine', 'wine', 'wineserver')],
  ['arm64 (emulated)', arm, available('faults under emulation', 'proot', 'qemu-aarch64')],
];

describe.each(systems)('on %s', (name, system, runnable) => {
  describe.skipIf(!runnable)('an app', () => {
    const file = join(memory, system.target.startsWith('windows') ? 'demo.exe' : 'demo');
    let bytes: Buffer;
    let length = 0;
    beforeAll(async () => {
      if (system === wine) execFileSync('wineboot', ['-i'], { env: { ...process.env, ...system.env }, stdio: 'ignore', timeout: 200_000 });
      bytes = pythonApp(system.target);
      writeExecutable(file, bytes);
      const cache = freshCache();
      const began = performance.now();
      expect(await startOn(system, file, cache)).toSatisfy(isRight);
      length = (performance.now() - began) / 1000;
      rmSync(cache, { recursive: true });
    });
    afterAll(() => {
      if (runnable && system === wine) execFileSync('wineserver', ['-w'], { env: { ...process.env, ...system.env }, timeout: 30_000 });
    });

    test('starts after it was killed in its first start (T9)', async (context) => {
      const times = often(12, 2);
      const random = makeRandom(`kills ${name}`);
      const moments = Array.from({ length: times }, (_, i) => ((i + random()) / times) * length);
      await tryAll(context, 'kills under wine and emulation', `CPython on ${name}`, moments, async (moment) => {
        const cache = freshCache();
        await startOn(system, file, cache, moment.toFixed(3));
        const ended = await startOn(system, file, cache);
        const problem = !isRight(ended) ? describeEnd(ended) : isWhole(cache) ? undefined : JSON.stringify(cacheContents(cache));
        rmSync(cache, { recursive: true });
        return problem;
      });
    });

    test('with a bit flipped, or cut, behind the launcher says so or runs as ever (T18)', async (context) => {
      const payload = Math.ceil(readFileSync(new URL(system.target, launchers)).length / payloadAlignment) * payloadAlignment;
      const random = makeRandom(`damage ${name}`);
      const cases = Array.from({ length: often(20, 2) }, (_, i) => ({ at: payload + Math.floor(random() * (bytes.length - payload)), cut: i % 2 === 1 }));
      await tryAll(context, 'flips and cuts under wine and emulation', `CPython on ${name}`, cases, async ({ at, cut }, index) => {
        const changed = Buffer.from(cut ? bytes.subarray(0, at) : bytes);
        if (!cut) changed[at]! ^= 1 << at % 8;
        const path = writeExecutable(join(memory, `damaged${index}.exe`), changed);
        const cache = freshCache();
        const ended = await startOn(system, path, cache);
        for (const made of [path, cache]) rmSync(made, { recursive: true, force: true });
        return isRefused(ended) || (!cut && isRight(ended)) ? undefined : describeEnd(ended);
      });
    });

    test('is unpacked by one of many first starts together (T8)', async (context) => {
      const cache = freshCache();
      const ended = await Promise.all(Array.from({ length: often(8, 3) }, () => startOn(system, file, cache)));
      context.task.meta.fault = { what: 'concurrent first starts under wine and emulation', done: ended.filter(isRight).length, total: ended.length, mix: `CPython on ${name}` };
      expect(ended.filter((one) => !isRight(one))).toEqual([]);
      expect(isWhole(cache)).toBe(true);
      rmSync(cache, { recursive: true });
    });
  });
});

describe.skipIf(!systems[0]![2])('a scanner that holds', () => {
  // Python opens files as scanners do: others may read and write, none may delete.
  test('what a killed start left does not keep an app from starting on Windows (T29)', async () => {
    const cache = freshCache();
    const file = writeExecutable(join(memory, 'scanned.exe'), pythonApp('windows-x86_64'));
    expect(await startOn(wine, file, cache)).toSatisfy(isRight);
    const [runtime] = cacheContents(cache).runtimes;
    const left = join(cache, 'terrarium/tmp', `${runtime}.1.1`);
    mkdirSync(left);
    writeFileSync(join(left, 'held'), 'x');
    rmSync(join(cache, 'terrarium/apps'), { recursive: true });
    rmSync(join(cache, 'terrarium/runtimes', runtime!, '.ok'));
    const driver = `import os, subprocess
with open(${JSON.stringify(wine.cacheName(join(left, 'held')))}) as held:
    try: os.remove(held.name)
    except PermissionError: print("held", end=" ")
    ended = subprocess.run([${JSON.stringify(wine.cacheName(file))}], capture_output=True, text=True, env={**os.environ, "TERRARIUM_INTERPRETER": "0"})
print(ended.returncode, ended.stdout.strip(), ended.stderr)`;
    const other = writeExecutable(join(memory, 'scanner.exe'), pythonApp('windows-x86_64', { flags: 4 }));
    const elsewhere = freshCache();
    const scanner = await start('wine', [other, '-c', driver.replace('**os.environ', `**os.environ, "TERRARIUM_CACHE": ${JSON.stringify(wine.cacheName(cache))}`)], { env: { ...wine.env, TERRARIUM_CACHE: wine.cacheName(elsewhere), TERRARIUM_INTERPRETER: '1' }, killAfter: 90_000 });
    expect(scanner.stdout.trim()).toBe('held 0 hello');
    expect(await startOn(wine, file, cache)).toSatisfy(isRight);
    for (const path of [cache, elsewhere]) rmSync(path, { recursive: true });
  });
});
