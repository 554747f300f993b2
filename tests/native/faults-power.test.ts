// The power is cut: what a journal had written of a first start is mounted again, and an app starts from it, right.
// ext4 on a loop device, with its heuristics for renames off; a sync of some other file writes all names out and no data that is still
// to be allocated, which is the worst that a cut can find. A copy of the image, made then, is what is left after it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inMemory, makeRandom, often, start, tryAll } from './faults';
import { census, smallApp, pack, type Packed } from './faults-apps';
import { launcherCalls, type Call } from './faults-calls';
import { canLoop, runMounted } from './faults-mounts';
import { available, temporary } from './launcher-run';

const memory = inMemory();
let small: Packed;
let expected: Record<string, string>;
const image = join(memory, 'image');

beforeAll(async () => {
  small = pack(join(temporary(), 'small'), smallApp());
  const cache = join(memory, 'clean');
  await start(small.path, [], { cache });
  expected = census(cache);
});

/** Prints each tree that has a marker with the digests of its files; then the next start's code, what it says, and which runtime the app's marker names. */
const cutPower = (fault: string) => `
cp --sparse=always ${image} "$1.image" && mkdir "$1" && mount -o loop,data=writeback,noauto_da_alloc "$1.image" "$1" || exit 1
export TERRARIUM_CACHE="$1/cache"
strace -o /dev/null -e 'inject=${fault}' "$0" >/dev/null 2>&1
dd if=/dev/zero of="$1/other" bs=1 count=1 conv=fsync 2>/dev/null || exit 1
cp --sparse=always "$1.image" "$1.cut"
umount "$1" && mount -o loop "$1.cut" "$1" || exit 1
cd "$1/cache" 2>/dev/null && for tree in terrarium/runtimes/* terrarium/apps/*; do
  if [ -f "$tree/.ok" ]; then echo "whole $tree"; find "$tree" -type f ! -name .ok -exec sha256sum {} +; fi
done; cd /
out=$(timeout -s KILL 20 "$0" 2>&1); echo "next $? $out"; sed -n 2p "$1"/cache/terrarium/apps/*/.ok
umount "$1"; rm -r "$1" "$1.image" "$1.cut"`;

interface AfterCut {
  whole: string[];
  wrong: string[];
  next: string;
  /** The runtime that the app's marker names after the next start. */
  named: string;
}

let count = 0;
async function tryCut(fault: string): Promise<AfterCut> {
  const { stdout, stderr } = await runMounted(cutPower(fault), small.path, join(memory, `cut${count++}`));
  expect(stderr.replace(/Killed\n?/, '')).toBe('');
  const lines = stdout.trim().split('\n');
  const whole = lines.flatMap((line) => /^whole (.*)$/.exec(line)?.[1] ?? []);
  const found = new Map(lines.flatMap((line) => (/^[0-9a-f]{64} /.test(line) ? [[line.slice(66), line.slice(0, 64)] as const] : [])));
  const wanted = Object.entries(expected).filter(([path, what]) => what.startsWith('file') && !path.endsWith('/.ok') && whole.some((tree) => path.startsWith(`${tree}/`)));
  const wrong = wanted.filter(([path, what]) => found.get(path) !== what.split(' ')[2]).map(([path]) => path);
  const next = lines.findIndex((line) => line.startsWith('next '));
  return { whole, wrong, next: lines[next]!, named: lines[next + 1] ?? '' };
}

const runnable = available('power cuts', 'strace', 'mkfs.ext4') && canLoop('power cuts');

describe.skipIf(!runnable)('after a power cut', () => {
  beforeAll(async () => {
    await start('truncate', ['-s', '16M', image]);
    expect((await start('mkfs.ext4', ['-q', '-F', image])).code).toBe(0);
  });

  test('the model shows broken trees when nothing is synced', async () => {
    const { whole, wrong } = await tryCut('syncfs:retval=0');
    expect(whole).toHaveLength(2);
    expect(wrong.length).toBeGreaterThan(5);
  });

  test('at the end of a first start, both trees are there (T10)', async () => {
    expect(await tryCut('syncfs:delay_exit=1')).toMatchObject({ whole: [expect.any(String), expect.any(String)], wrong: [], next: 'next 0 one' });
  });

  // Whoever collects old runtimes goes by what markers say: an empty one protects nothing.
  test('at the end of a first start, the app is known to need its runtime (T10)', async () => {
    expect((await tryCut('syncfs:delay_exit=1')).named).toBe(small.keys.runtime);
  });

  test('at any system call of a first start, trees that count are whole, and the app starts (T10)', async (context) => {
    const calls = await launcherCalls(small, join(memory, 'traced'));
    const step = often(1, 30);
    const first = Math.floor(makeRandom('cuts')() * step);
    const chosen: Call[] = calls.filter((_, i) => i % step === first);
    let counted = 0;
    await tryAll(context, 'power cuts at a system call (ext4 image)', `12 small files, ${calls.length} calls in all`, chosen, async ({ name, nth }) => {
      const { whole, wrong, next } = await tryCut(`${name}:signal=KILL:when=${nth}`);
      counted += whole.length;
      return wrong.length > 0 ? `not whole: ${wrong.join(' ')}` : next === 'next 0 one' ? undefined : next;
    });
    context.task.meta.fault!.mix += `; ${counted} trees counted as whole`;
    rmSync(image);
  });
});
