// A disk that is full, without inodes, or that says so only when it is synced: a sentence, nothing half done, and it works once there is room.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { start, tell } from './faults';
import { pack, smallApp, type Packed } from './faults-apps';
import { launcherCalls, straced } from './faults-calls';
import { canMount, runMounted } from './faults-mounts';
import { available, cacheContents, temporary } from './launcher-run';

const folder = temporary();
let small: Packed;
beforeAll(() => void (small = pack(join(folder, 'small'), smallApp())));

let count = 0;
const fresh = (): string => join(folder, `cache${count++}`);

/** One line per size: code, files left, output with the stop's sentence, code and output once there is room. `$size` is what there is of it. */
const perSize = (option: string, sizes: string, roomy: string) => `
for size in ${sizes}; do
  mount -t tmpfs -o ${option},mode=700 none "$1" || exit 1
  out=$(TERRARIUM_CACHE="$1/cache" timeout -s KILL 20 "$0" 2>&1); code=$?
  trees=$(find "$1/cache/terrarium/runtimes" "$1/cache/terrarium/apps" "$1/cache/terrarium/tmp" -mindepth 1 -maxdepth 1 ! -path '*/runtimes/*' 2>/dev/null | wc -l)
  mount -o remount,${roomy} "$1" || exit 1
  again=$(TERRARIUM_CACHE="$1/cache" timeout -s KILL 20 "$0" 2>&1); printf '%s|%s|%s|%s|%s|%s\\n' "$size" "$code" "$trees" "$out" "$?" "$again"
  umount "$1" || exit 1
done`;

interface Tried {
  code: number;
  left: number;
  said: string;
  right: boolean;
}

async function trySizes(script: string): Promise<Tried[]> {
  const mount = fresh();
  mkdirSync(mount);
  const { code, stdout, stderr } = await runMounted(script, small.path, mount);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.trim().split('\n').map((line) => {
    const [, ended, left, said, againCode, again] = line.split('|');
    return { code: Number(ended), left: Number(left), said: said!.replace(/\.\d+\.\d+/, ''), right: againCode === '0' && again === 'one' };
  });
}

/** Right, or a sentence and nothing left but a whole runtime; and right afterwards. */
function isWell({ code, left, said, right }: Tried): boolean {
  const stopped = [73, 74].includes(code) && /^demo: cannot [^\n]+\.$/.test(said) && left === 0;
  return right && (stopped || (code === 0 && said === 'one'));
}

const cases: [string, string, string, string, string][] = [
  ['full at each page that it takes (T5)', 'full disks', '$(seq 4 4 140)', 'size=${size}k', 'size=1m'],
  ['out of inodes at each file that it makes (T6)', 'exhausted inodes', '$(seq 2 48)', 'nr_inodes=$size', 'nr_inodes=1000'],
];

describe.skipIf(!canMount('full disks and exhausted inodes'))('a first start on a disk', () => {
  test.for(cases)('%s', async ([, what, sizes, option, roomy], context) => {
    const tried = await trySizes(perSize(option, sizes, roomy));
    const stops = new Set(tried.filter(({ code }) => code !== 0).map(({ said }) => said));
    tell(context, what, tried.filter(isWell).length, tried.length, `12 small files; stopped in ${stops.size} places on the way`);
    expect(tried.filter((one) => !isWell(one))).toEqual([]);
    expect(tried.at(-1)).toMatchObject({ code: 0 });
    // The places where it stopped are many: no check beforehand hid them.
    expect(stops.size).toBeGreaterThan(10);
  });
});

describe.skipIf(!available('errors of a sync', 'strace'))('a first start on a disk that tells of an error only when it is synced', () => {
  test.each(['ENOSPC', 'EIO', 'EDQUOT'])('says so, and unpacks at the next start: %s (T7)', async (error) => {
    const syncs = (await launcherCalls(small, fresh())).filter(({ name }) => name === 'syncfs').length;
    expect(syncs).toBe(1);
    for (let nth = 1; nth <= syncs; nth++) {
      const cache = fresh();
      expect(await straced(small, cache, `syncfs:error=${error}:when=${nth}`)).toMatchObject({ code: 74, signal: null, stdout: '', stderr: expect.stringMatching(/^demo: cannot unpack [^\n]+\n$/) });
      expect(cacheContents(cache)).toMatchObject({ apps: [], tmp: [] });
      expect(await start(small.path, [], { cache })).toMatchObject({ code: 0, stdout: small.right });
    }
  });

  test('goes on where there is no sync of one file system (T7)', async () => {
    expect(await straced(small, fresh(), 'syncfs:error=ENOSYS')).toMatchObject({ code: 0, stdout: small.right, stderr: '' });
  });
});
