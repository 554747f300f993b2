// A damaged executable: the right output or a sentence, never another output, a signal or a hang.
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { describeEnd, inMemory, judge, makeRandom, often, start, tryAll } from './faults';
import { census, differ, findHalfTree, middleApp, pack, packPython, type Packed } from './faults-apps';
import { findLocator, locatorSize, payloadAlignment, writeExecutable, launchers } from './launcher-assemble';
import { temporary, type RunOptions } from './launcher-run';

const memory = inMemory();
const damaged = [70];
const isRoot = process.getuid?.() === 0;
const nobody = 65534;
const launcherSize = readFileSync(new URL('linux-x86_64', launchers)).length;
const payload = Math.ceil(launcherSize / payloadAlignment) * payloadAlignment;
let middle: Packed;
let python: Packed;
const expected = new Map<Packed, Record<string, string>>();

beforeAll(async () => {
  const folder = temporary();
  middle = pack(join(folder, 'middle'), middleApp());
  python = packPython(join(folder, 'python'));
  for (const program of [middle, python]) {
    const cache = join(memory, 'clean');
    expect(judge(await start(program.path, [], { cache }), program.right, [])).toBeUndefined();
    expected.set(program, census(cache));
    rmSync(cache, { recursive: true });
  }
});

let count = 0;
async function startChanged(program: Packed, bytes: Uint8Array, codes: number[], options: RunOptions = {}): Promise<{ problem: string | undefined; code: number | null }> {
  const path = join(memory, `file${count}`);
  const cache = join(memory, `cache${count++}`);
  writeExecutable(path, bytes);
  const ended = await start(path, [], { cache, ...options });
  const problem = judge(ended, program.right, codes) ?? checkCache(program, cache, ended.code);
  for (const made of [path, cache]) rmSync(made, { recursive: true, force: true });
  return { problem, code: ended.code };
}

/** What ran ran from the right files; what did not run left no tree that counts and is not whole. */
function checkCache(program: Packed, cache: string, code: number | null): string | undefined {
  try {
    return code === 0 ? differ(census(cache), expected.get(program)!) : findHalfTree(cache, expected.get(program)!);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : String(error);
  }
}

function flip(bytes: Buffer, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[Math.floor(bit / 8)]! ^= 1 << bit % 8;
  return changed;
}

const programs: [string, () => Packed, { flips: number; cuts: number }][] = [
  ['an app of 500 files', () => middle, { flips: often(320, 34), cuts: often(160, 17) }],
  ['CPython', () => python, { flips: often(80, 6), cuts: often(40, 3) }],
];

test.for(programs)('%s behind the launcher with one bit flipped says so, or runs as ever (T18)', async ([name, choose, { flips }], context) => {
  const program = choose();
  const random = makeRandom(`flips ${name}`);
  const bits = Array.from({ length: flips }, () => payload * 8 + Math.floor(random() * (program.bytes.length - payload) * 8));
  let noticed = 0;
  await tryAll(context, 'flipped bits behind the launcher', name, bits, async (bit) => {
    const { problem, code } = await startChanged(program, flip(program.bytes, bit), damaged);
    if (code === 70) noticed++;
    return problem;
  });
  context.task.meta.fault!.mix += `; ${noticed} noticed, the others made no difference`;
  expect(noticed).toBeGreaterThan(flips * 0.8);
});

test.for(programs)('%s cut anywhere behind the launcher says so (T18)', async ([name, choose, { cuts }], context) => {
  const program = choose();
  const random = makeRandom(`cuts ${name}`);
  const lengths = Array.from({ length: cuts }, () => payload + Math.floor(random() * (program.bytes.length - payload)));
  await tryAll(context, 'cuts behind the launcher', name, lengths, async (length) => {
    const { problem, code } = await startChanged(program, program.bytes.subarray(0, length), damaged);
    return problem ?? (code === 70 ? undefined : `it ended with ${code}`);
  });
});

test('a locator with one bit flipped says so (T18)', async (context) => {
  const at = findLocator(middle.bytes.subarray(0, payload));
  const random = makeRandom('locator');
  // A flip in the magic hides the slot from tools alone: the launcher knows where its own is.
  const bits = Array.from({ length: often(100, 10) }, () => (at + 16) * 8 + Math.floor(random() * (locatorSize - 16) * 8));
  await tryAll(context, 'flipped bits in the locator', 'an app of 500 files', bits, async (bit) => {
    const { problem, code } = await startChanged(middle, flip(middle.bytes, bit), damaged);
    return problem ?? (code === 70 ? undefined : `it ended with ${code}`);
  });
});

/**
 * Nothing can promise how a processor ends that executes damaged instructions, or a kernel that loads half a program, or what they write.
 * But none may print something else and call it success; how they end is counted. By another user, in a folder of its own.
 */
test.skipIf(!isRoot)('a launcher damaged itself gives no wrong output (T18)', async (context) => {
  chmodSync(memory, 0o755);
  const random = makeRandom('launcher');
  const cases = Array.from({ length: often(300, 12) }, (_, i) => (i % 3 === 0 ? { cut: Math.floor(random() * launcherSize) } : { bit: Math.floor(random() * launcherSize * 8) }));
  const outcomes = { right: 0, sentence: 0, otherwise: 0, hung: 0, wrongTree: 0 };
  await tryAll(context, 'flips and cuts in the launcher’s own code', 'an app of 500 files', cases, async (one, index) => {
    const own = join(memory, `own${index}`);
    const path = join(memory, `launcher${index}`);
    const changed = 'cut' in one ? middle.bytes.subarray(0, one.cut) : flip(middle.bytes, one.bit!);
    writeExecutable(path, changed);
    mkdirSync(own, { mode: 0o700 });
    chownSync(own, nobody, nobody);
    const cache = join(own, 'cache');
    const ended = await start(path, [], { cache, uid: nobody, cwd: own, killAfter: 10_000 }).catch((error: NodeJS.ErrnoException) => ({ code: null, signal: null, stdout: '', stderr: String(error.code) }));
    const wellEnded = judge(ended, middle.right) === undefined;
    outcomes[ended.signal === 'SIGKILL' ? 'hung' : !wellEnded ? 'otherwise' : ended.code === 0 ? 'right' : 'sentence']++;
    if (checkCache(middle, cache, null) !== undefined) outcomes.wrongTree++;
    const misleads = ended.code === 0 && ended.stdout !== '' && ended.stdout !== middle.right;
    for (const made of [own, path]) rmSync(made, { recursive: true, force: true });
    return misleads ? describeEnd(ended) : undefined;
  });
  context.task.meta.fault!.mix += `; ${outcomes.right} ran right, ${outcomes.sentence} said so, ${outcomes.otherwise} ended otherwise (by a signal, or refused by the kernel), ${outcomes.hung} hung; ${outcomes.wrongTree} left a tree that counts and is not right`;
});
