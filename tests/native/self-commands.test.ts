// `self …` as arguments: the launcher's where the build says so, else the app's own words.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runners, runOn } from '../platforms/run-artifact';
import { pathOf, program, terrarium } from '../platforms/terrarium';
import { temporary } from './launcher-run';

const target = 'linux-x86_64';
const { missing } = runners[target]!;
if (missing) console.warn(`SKIPPED: who answers to self, because this is not ${missing}`);

test.skipIf(missing)('an executable answers to `self info` itself if it was built so; else the app gets these words', async () => {
  const folder = temporary();
  const script = join(folder, 'echo.py');
  writeFileSync(script, 'import sys\nif __name__ == "__main__":\n    print("app:", *sys.argv[1:])\n');
  const build = async (out: string, ...words: string[]) =>
    pathOf(await terrarium(['build', script, '--target', target, '--output', 'executable', '--out', join(folder, out), ...words]), 'executable', target);
  const [plain, given] = [await build('plain'), await build('given', '--self-commands')];
  const start = (path: string) => runOn(target, path, ['self', 'info'], folder);
  expect(await start(plain)).toMatchObject({ code: 0, stdout: 'app: self info\n' });
  expect(await start(given)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^name: echo$/m) });
  expect(await runOn(target, given, ['info', 'self'], folder)).toMatchObject({ code: 0, stdout: 'app: info self\n' });
  // Both are in one cache: neither takes the other's folder for its own.
  expect(await start(plain)).toMatchObject({ code: 0, stdout: 'app: self info\n' });
  const inspect = (path: string) => spawnSync(process.execPath, [program, 'inspect', path], { encoding: 'utf8' }).stdout;
  expect([inspect(plain), inspect(given)].map((text) => text.includes('takes `self info` and its like as arguments'))).toEqual([false, true]);
});
