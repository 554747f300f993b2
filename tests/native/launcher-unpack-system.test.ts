// A system that cannot run what was unpacked, or lacks what the app needs, is told in one sentence, and no app counts as unpacked.
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pythonApp, tinyApp, writeApp } from './launcher-apps';
import { makeLayer, writeExecutable } from './launcher-assemble';
import { available, cacheContents, run, temporary, type Ended } from './launcher-run';

const folder = temporary();
const isRoot = process.getuid?.() === 0;
let count = 0;
const freshCache = () => join(folder, `cache${count++}`);

const withInterpreter = (content: string) => {
  const file = { path: 'bin/python3.14', bytes: Buffer.from(content), executable: true };
  return writeApp(join(folder, `app${count++}`), tinyApp({ layers: [makeLayer('runtime', 0, [file]), tinyApp().layers[1]!] }));
};

function expectRefused(ended: Ended, cache: string, sentence: RegExp): void {
  expect(ended).toMatchObject({ code: 71, signal: null, stdout: '', stderr: expect.stringMatching(sentence) });
  expect(ended.stderr.split('\n')).toHaveLength(2);
  expect(cacheContents(cache)).toMatchObject({ apps: [], tmp: [] });
}

describe('a first start', () => {
  test('refuses a system whose C library is older than the app’s wheels need', async () => {
    const cache = freshCache();
    const demanding = writeExecutable(join(folder, 'demanding'), pythonApp('linux-x86_64', { glibc: [9, 99] }));
    for (let start = 0; start < 2; start++) {
      expectRefused(await run(demanding, [], { cache }), cache, /^demo: cannot start: the app needs glibc >= 9\.99, and this system's is too old \(glibc 2\.\d+\); run it on a newer system\.\n$/);
    }
  });

  test.each([
    ['one that the loader finds too old', `echo "./python3.14: /lib64/libc.so.6: version \\\`GLIBC_2.99' not found (required by ./python3.14)" >&2\necho more >&2\nexit 1`, /^demo: cannot start: the app needs glibc >= 2\.17, and this system's is too old \(\.\/python3\.14: .* version `GLIBC_2\.99' not found .*\); run it on a newer system\.\n$/],
    ['a processor without the instructions', 'kill -ILL $$', /^demo: cannot start: its interpreter does not run on this system \(signal 4\); it was built for a newer processor\.\n$/],
    ['one where it crashes', 'kill -SEGV $$', /\(signal 11\); run it on another one\.\n$/],
    ['one where it ends', 'echo no such thing; exit 3', /\(exit code 3: no such thing\); run it on another one\.\n$/],
    ['one where it says a lot', 'yes a lot | head -c 100000; exit 3', /\(exit code 3: a lot\); run it on another one\.\n$/],
  ])('refuses %s', async (_, script, sentence) => {
    const cache = freshCache();
    expectRefused(await run(withInterpreter(`#!/bin/sh\n${script}\n`), [], { cache }), cache, sentence);
  });

  test('refuses a system without the loader', async () => {
    const cache = freshCache();
    expectRefused(await run(withInterpreter('#!/lib64/no-such-loader.so\n'), [], { cache }), cache, /^demo: cannot start: the app needs glibc >= 2\.17, and this system lacks the GNU C library; run it on a system that has it\.\n$/);
  });

  test.skipIf(!isRoot || !available('a system with nothing but the executable', 'chroot'))('refuses a system that holds nothing but the executable', async () => {
    const root = join(folder, 'root');
    mkdirSync(root);
    writeExecutable(join(root, 'demo'), pythonApp('linux-x86_64'));
    expectRefused(await run('chroot', [root, '/demo'], { cache: '/cache' }), join(root, 'cache'), /this system lacks the GNU C library/);
    expect(existsSync(join(root, 'cache/terrarium/runtimes'))).toBe(true);
  });

  test('refuses what is no program', async () => {
    const cache = freshCache();
    expectRefused(await run(withInterpreter('\x7fELF nonsense'), [], { cache }), cache, /^demo: cannot start: its interpreter cannot be run \(Exec format error\); run it on another system, or set TERRARIUM_CACHE to another folder\.\n$/);
  });

  test('asks once, with nothing of it on the streams that it got, even where those are closed', async () => {
    const cache = freshCache(), log = join(folder, `log${count++}`);
    const app = withInterpreter(`#!/bin/sh\necho "$4" >> ${log}\nif [ "$2" = -S ]; then echo glibc 2.17; fi\n`);
    expect(await run(app, [], { cache })).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    expect(await run(app, [], { cache })).toMatchObject({ code: 0 });
    const asked = readFileSync(log, 'utf8').split('\n').filter((line) => line !== '');
    expect(asked).toEqual([expect.stringContaining('CS_GNU_LIBC_VERSION')]);
    expect(await run('sh', ['-c', 'exec "$0" <&- >&- 2>&-', app], { cache: freshCache() })).toMatchObject({ code: 0 });
    expect(readFileSync(log, 'utf8').match(/CS_GNU/g)).toHaveLength(2);
  });

  test('asks nothing of an app that needs no least version', async () => {
    const cache = freshCache();
    const app = writeExecutable(join(folder, 'free'), pythonApp('linux-x86_64', { glibc: [0, 0] }));
    const traced = join(folder, 'free-trace');
    const found = available('how many programs are started', 'strace');
    const ended = found ? await run('strace', ['-f', '-e', 'trace=execve', '-o', traced, app], { cache }) : await run(app, [], { cache });
    expect(ended).toMatchObject({ code: 0, stdout: 'hello\n' });
    if (found) expect(readFileSync(traced, 'utf8').match(/execve\(/g)).toHaveLength(2);
  });
});

test('a later start on a system without the loader says the same', async () => {
  const cache = freshCache();
  const loader = join(folder, 'loader');
  cpSync('/bin/sh', loader);
  const app = withInterpreter(`#!${loader}\nexit 0\n`);
  expect(await run(app, [], { cache })).toMatchObject({ code: 0 });
  await run('rm', [loader]);
  expect(await run(app, [], { cache })).toMatchObject({ code: 71, stderr: expect.stringMatching(/this system lacks the GNU C library; run it on a system that has it\.\n$/) });
});
