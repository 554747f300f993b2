// Many first starts at once: all are right, and one of them unpacks.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inMemory, judgeRecovery, often, start, tell, tryAll } from './faults';
import { census, differ, middleApp, pack, packPython, type Packed } from './faults-apps';
import { canMount, runMounted } from './faults-mounts';
import { cacheContents, temporary } from './launcher-run';

const folder = temporary();
let middle: Packed;
let python: Packed;
beforeAll(() => {
  middle = pack(join(folder, 'middle'), middleApp());
  python = packPython(join(folder, 'python'));
});

/**
 * A tmpfs numbers its files in the order in which they are made, and uses no number twice: the number of the next file tells
 * how many were made since it was mounted, the removed ones included. Whoever unpacks twice cannot hide it.
 */
const countMade = 'mount -t tmpfs -o size=512m,mode=700 none "$1" && mkdir "$1/cache" && export TERRARIUM_CACHE="$1/cache"';
const printMade = ': >"$1/next" && stat -c %i "$1/next"';

const startMany = (count: number, out: string) =>
  `for i in $(seq ${count}); do { "$0" >"${out}/$i.out" 2>"${out}/$i.err" </dev/null; echo $? >"${out}/$i.code"; } & done; wait`;

interface Round {
  made: number;
  ended: string[][];
}

let rounds = 0;
async function startTogether(program: Packed, count: number): Promise<Round> {
  const out = join(folder, `out${rounds}`);
  const mount = join(folder, `mount${rounds++}`);
  for (const path of [out, mount]) mkdirSync(path);
  const { stdout, stderr } = await runMounted(`${countMade} && ${startMany(count, out)}; ${printMade}`, program.path, mount);
  expect(stderr).toBe('');
  const read = (i: number, what: string) => readFileSync(join(out, `${i}.${what}`), 'utf8');
  const ended = Array.from({ length: count }, (_, i) => ['code', 'out', 'err'].map((what) => read(i + 1, what)));
  rmSync(out, { recursive: true });
  return { made: Number(stdout), ended };
}

const isRight = (program: Packed) => ([code, out, err]: string[]) => code === '0\n' && out === program.right && err === '';

describe.skipIf(!canMount('the count of files made by many first starts'))('first starts at the same time', () => {
  test('the count of files made tells one unpacking from two', async () => {
    const one = (await startTogether(middle, 1)).made;
    const mount = join(folder, 'control');
    mkdirSync(mount);
    const twice = await runMounted(`${countMade} && "$0" >/dev/null && rm -r "$1/cache/terrarium/apps" && "$0" >/dev/null && ${printMade}`, middle.path, mount);
    expect(one).toBeGreaterThan(500);
    expect(Number(twice.stdout)).toBeGreaterThan(one + 100);
  });

  const cases: [string, () => Packed, number, number][] = [
    ['CPython', () => python, often(64, 16), 1],
    ['an app of 500 files', () => middle, often(64, 16), often(10, 2)],
  ];

  test.for(cases)('with %s, all are right and exactly one unpacks (T8)', async ([name, choose, count, times], context) => {
    const program = choose();
    const alone = (await startTogether(program, 1)).made;
    const results: Round[] = [];
    for (let i = 0; i < times; i++) results.push(await startTogether(program, count));
    const right = results.flatMap(({ ended }) => ended.filter(isRight(program))).length;
    const once = results.filter(({ made }) => made === alone).length;
    tell(context, `concurrent first starts, ${count} at once`, right, count * times, `${name}; exactly one unpacked in ${once}/${times} rounds, by the count of files made`);
    for (const { made, ended } of results) {
      expect(ended.filter((one) => !isRight(program)(one))).toEqual([]);
      expect(made).toBe(alone);
    }
  });
});

describe('those that wait', () => {
  test('take over when the one that unpacks is killed (T8, T9)', async (context) => {
    const memory = inMemory();
    const clean = join(memory, 'clean');
    await start(middle.path, [], { cache: clean });
    const expected = census(clean);
    await tryAll(context, 'first starts at once of which the unpacking one is killed', 'eight starts each, 500 small files', Array.from({ length: often(20, 3) }, (_, i) => i), async (index) => {
      const cache = join(memory, `cache${index}`);
      const victim = spawn(middle.path, [], { env: { TERRARIUM_CACHE: cache, PATH: process.env['PATH'] }, stdio: 'ignore' });
      while (cacheContents(cache).tmp.length === 0 && victim.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 0));
      const others = Array.from({ length: 8 }, () => start(middle.path, [], { cache }));
      victim.kill('SIGKILL');
      const problems = (await Promise.all(others)).map((ended) => judgeRecovery(ended, middle.right)).filter((problem) => problem !== undefined);
      const problem = problems[0] ?? differ(census(cache), expected);
      rmSync(cache, { recursive: true });
      return problem;
    });
    expect(readdirSync(memory)).toEqual(['clean']);
  });
});
