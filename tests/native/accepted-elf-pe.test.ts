// Executables for Linux and Windows as the engine makes them, read by binutils, LLVM and LIEF; and what the Linux ones say after tools took their payload.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { runners } from '../platforms/run-artifact';
import { pathOf, terrarium } from '../platforms/terrarium';
import { ask, askLief, hasLief } from './accepted-readers';
import { findLocator, writeExecutable } from './launcher-assemble';
import { available, cacheContents, run, temporary } from './launcher-run';

const folder = temporary();
const nobody = 'http://127.0.0.1:9/simple/';
const greet = fileURLToPath(new URL('../world/projects/greet.py', import.meta.url));
const linux = ['linux-x86_64', 'linux-arm64'];
const windows = 'windows-x86_64';
const built: Record<string, string> = {};

beforeAll(async () => {
  const result = await terrarium(['build', greet, '--index', nobody, '--output', 'executable', '--out', join(folder, 'out'), '--target', [...linux, windows].join(',')]);
  for (const target of [...linux, windows]) built[target] = pathOf(result, 'executable', target);
});

test.runIf(hasLief()).each([...linux, windows])('an executable for %s has a layout that LIEF finds right, and all of the payload behind it', (target) => {
  const [answer] = askLief([built[target]!]);
  expect(answer).toMatchObject({ layout: '', complaints: '' });
  const bytes = readFileSync(built[target]!);
  const payload = bytes.length - Number(bytes.readBigUInt64LE(findLocator(bytes.subarray(0, 2 ** 20)) + 384));
  expect(answer!.overlay).toBeGreaterThanOrEqual(payload);
  expect(answer!.overlay).toBeLessThan(bytes.length);
});

test.runIf(available('reading ELF files with readelf', 'readelf')).each(linux)('an executable for %s is read by readelf without a warning', (target) => {
  const { status, text, complaints } = ask('readelf', '-aW', built[target]!);
  expect({ status, complaints }).toEqual({ status: 0, complaints: '' });
  expect(text).not.toMatch(/warning|INTERP|\(NEEDED\)/i);
});

test.runIf(available('reading executables with LLVM', 'llvm-readobj')).each([...linux, windows])('an executable for %s is read by llvm-readobj without a warning', (target) => {
  expect(ask('llvm-readobj', '--file-headers', '--sections', '--needed-libs', built[target]!)).toMatchObject({ status: 0, complaints: '' });
});

const isNative = (target: string) => target === 'linux-x86_64';
/** Of binutils, whose own build knows this machine's files alone, and of LLVM. */
const takers: { tool: string; words: (path: string) => string[]; for: (target: string) => boolean }[] = [
  { tool: 'strip', words: (path) => [path], for: isNative },
  { tool: 'objcopy', words: (path) => [path], for: isNative },
  { tool: 'llvm-strip', words: (path) => [path], for: () => true },
  { tool: 'llvm-objcopy', words: (path) => [path], for: () => true },
  { tool: 'truncate', words: (path) => ['-s', '-1', path], for: () => true },
  { tool: 'truncate', words: (path) => ['-s', '5000000', path], for: () => true },
];

describe.each(linux)('an executable for %s', (target) => {
  const { missing, command } = runners[target]!;
  const lossy = takers.filter((taker) => taker.for(target) && available(`what an executable for ${target} says afterwards`, taker.tool));
  if (missing) console.warn(`SKIPPED: starting executables for ${target}, because ${missing} is not there`);

  async function start(path: string, ...words: string[]) {
    const cache = `${path}-cache`;
    const ended = await run(...command(path, words), { cache });
    return { ...ended, contents: cacheContents(cache) };
  }

  test.skipIf(missing).each(lossy.map((taker) => [[taker.tool, ...taker.words('FILE')].join(' '), taker] as const))('says after `%s` that it was truncated or stripped', async (label, taker) => {
    const path = join(folder, `${target}-${label.replace(/[^a-z0-9]+/g, '-')}`);
    copyFileSync(built[target]!, path);
    execFileSync(taker.tool, taker.words(path));
    const packed = statSync(built[target]!).size;
    const left = statSync(path).size;
    expect(left).toBeLessThan(packed);
    expect(await start(path)).toEqual({
      code: 70, signal: null, stdout: '', contents: { runtimes: [], apps: [], tmp: [] },
      stderr: `greet: cannot unpack ${path}: it was truncated or stripped (${left} bytes instead of ${packed}); fetch the file again.\n`,
    });
  });

  test.skipIf(missing)('starts when bytes were appended to it', async () => {
    const path = writeExecutable(join(folder, `${target}-longer`), Buffer.concat([readFileSync(built[target]!), Buffer.alloc(77, 1)]));
    expect(await start(path, 'you')).toMatchObject({ code: 3, stdout: expect.stringContaining('you'), stderr: '' });
  });
});
