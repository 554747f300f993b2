// A first start that is killed leaves nothing that the next one does not mend, and nothing that it leaves there.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { inMemory, judge, judgeRecovery, makeRandom, often, start, tryAll } from './faults';
import { census, differ, findHalfTree, middleApp, pack, packPython, smallApp, type Packed } from './faults-apps';
import { launcherCalls, straced, type Call } from './faults-calls';
import { available, cacheContents, temporary, type Ended } from './launcher-run';

const folder = temporary();
const memory = inMemory();
const compiles = 2;
let small: Packed;
let middle: Packed;
let python: Packed;
let compiled: Packed;
beforeAll(() => {
  small = pack(join(folder, 'small'), smallApp());
  middle = pack(join(folder, 'middle'), middleApp());
  python = packPython(join(folder, 'python'));
  compiled = packPython(join(folder, 'compiled'), compiles);
});

let count = 0;
const freshCache = () => join(memory, `cache${count++}`);

async function cleanCensus(program: Packed): Promise<Record<string, string>> {
  const cache = freshCache();
  expect(judge(await start(program.path, [], { cache }), program.right, [])).toBeUndefined();
  const found = census(cache);
  rmSync(cache, { recursive: true });
  return found;
}

/** Right after a kill: what counts as done is whole, and no more than one work folder is there. Then: the next start, and what it leaves. */
async function findProblem(program: Packed, cache: string, expected: Record<string, string>): Promise<string | undefined> {
  const half = existsSync(cache) ? findHalfTree(cache, expected) : undefined;
  if (half !== undefined) return half;
  if (cacheContents(cache).tmp.length > 2) return `left in tmp: ${cacheContents(cache).tmp.join(' ')}`;
  const recovery = judgeRecovery(await start(program.path, [], { cache }), program.right);
  return recovery ?? differ(census(cache), expected);
}

const timed = 'began=$(date +%s%N); timeout --foreground -s KILL 30 "$0"; ended=$(date +%s%N); echo $((ended - began)) >&2';

/** Seconds from a first start to its end, just now: on a busy machine they change from one to the next. */
async function measureFirstStart(program: Packed): Promise<number> {
  const cache = freshCache();
  const { stderr } = await start('sh', ['-c', timed, program.path], { cache });
  rmSync(cache, { recursive: true });
  return Number(stderr) / 1e9;
}

/** A first start that is killed after this part of the time that one takes. */
async function killAt(part: number, program: Packed, cache: string): Promise<Ended> {
  const moment = part * (await measureFirstStart(program));
  return start('timeout', ['--foreground', '-s', 'KILL', moment.toFixed(6), program.path], { cache });
}

const cases: [string, () => Packed, number][] = [
  ['an app of 500 files', () => middle, often(180, 12)],
  ['CPython', () => python, often(14, 2)],
  ['CPython, compiling its app', () => compiled, often(6, 1)],
];

test.for(cases)('%s starts after it was killed at a random moment of its first start (T9)', async ([name, choose, times], context) => {
  const program = choose();
  const expected = await cleanCensus(program);
  const random = makeRandom(name);
  // One in each of as many equal spans, so that a few are spread over the whole of it as well.
  const parts = Array.from({ length: times }, (_, i) => (i + random()) / times);
  let hit = 0;
  let unfinished = 0;
  await tryAll(context, 'kills at random moments of a first start', `${name}, uniformly over the time that a first start took just before`, parts, async (part) => {
    const cache = freshCache();
    const killed = await killAt(part, program, cache);
    if (killed.code === 137 || killed.signal === 'SIGKILL') hit++;
    unfinished += cacheContents(cache).tmp.length;
    const problem = await findProblem(program, cache, expected);
    rmSync(cache, { recursive: true, force: true });
    return problem;
  });
  const fault = context.task.meta.fault!;
  fault.mix += `; ${hit} were hit before their end, ${unfinished} with a work folder`;
  if (times > 1) expect(hit).toBeGreaterThan(times / 5);
});

test.skipIf(!available('a kill at each system call', 'strace'))('an app starts after it was killed at any system call of its first start (T9)', async (context) => {
  const calls = await launcherCalls(small, freshCache());
  const expected = await cleanCensus(small);
  const step = often(1, 9);
  const first = Math.floor(makeRandom('calls')() * step);
  const chosen: Call[] = calls.filter((_, i) => i % step === first);
  let killed = 0;
  await tryAll(context, 'kills at a system call of a first start', `12 small files, ${calls.length} calls in all`, chosen, async ({ name, nth }) => {
    const cache = freshCache();
    const ended = await straced(small, cache, `${name}:signal=KILL:when=${nth}`);
    if (ended.signal === 'SIGKILL') killed++;
    const problem = await findProblem(small, cache, expected);
    rmSync(cache, { recursive: true, force: true });
    return problem;
  });
  // How often the two threads wait for each other is not the same every time: the last such call may not come.
  expect(killed).toBeGreaterThanOrEqual(Math.floor(0.98 * chosen.length));
});

test('an app starts after kills in a row, each of the start that mends the one before (T9)', async (context) => {
  const expected = await cleanCensus(middle);
  const random = makeRandom('rows');
  const rows = Array.from({ length: often(20, 2) }, () => Array.from({ length: 5 }, random));
  await tryAll(context, 'rows of five kills', 'an app of 500 files', rows, async (parts) => {
    const cache = freshCache();
    for (const part of parts) await killAt(part, middle, cache);
    const problem = await findProblem(middle, cache, expected);
    rmSync(cache, { recursive: true, force: true });
    return problem;
  });
});
