// System calls of a first start that fail: the right output or a sentence, and a right start afterwards.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inMemory, judge, judgeRecovery, makeRandom, often, start, tryAll } from './faults';
import { census, differ, findHalfTree, smallApp, pack, type Packed } from './faults-apps';
import { launcherCalls, straced } from './faults-calls';
import { available, cacheContents, temporary } from './launcher-run';

const memory = inMemory();
let small: Packed;
let expected: Record<string, string>;
let count = 0;
const freshCache = () => join(memory, `cache${count++}`);

beforeAll(async () => {
  small = pack(join(temporary(), 'small'), smallApp());
  const cache = freshCache();
  expect(judge(await start(small.path, [], { cache }), small.right, [])).toBeUndefined();
  expected = census(cache);
});

/** What each call may say on a disk or a system in trouble. */
const errors: Record<string, string[]> = {
  open: ['EIO', 'ENOSPC', 'EMFILE', 'EINTR', 'EACCES'],
  openat: ['EIO', 'EMFILE', 'EACCES'],
  write: ['EIO', 'ENOSPC', 'EINTR', 'EDQUOT'],
  pread64: ['EIO', 'EINTR'],
  read: ['EIO'],
  close: ['EIO', 'EDQUOT'],
  mkdir: ['EIO', 'ENOSPC', 'EACCES', 'EROFS'],
  rename: ['EIO', 'ENOSPC', 'EACCES'],
  symlink: ['EIO', 'ENOSPC', 'EPERM'],
  unlink: ['EIO', 'EACCES'],
  unlinkat: ['EIO', 'EACCES'],
  flock: ['EIO', 'EINTR', 'ENOLCK', 'EOPNOTSUPP'],
  getdents64: ['EIO'],
  stat: ['EIO', 'EACCES'],
  lstat: ['EIO', 'EACCES'],
  fstat: ['EIO'],
  newfstatat: ['EIO'],
  access: ['EIO', 'EACCES'],
  statfs: ['EIO', 'ENOSYS'],
  fcntl: ['EMFILE', 'EINVAL'],
  readlink: ['ENOENT', 'EACCES'],
  mmap: ['ENOMEM'],
  brk: ['ENOMEM'],
  execve: ['EACCES', 'ENOMEM', 'ETXTBSY', 'EIO'],
};

describe.skipIf(!available('failing system calls', 'strace'))('a first start of which a system call fails', () => {
  // Each nth call of each name, with each of its errors.
  test('says so or goes on, and the next one is right (T5, T7)', async (context) => {
    const calls = await launcherCalls(small, freshCache());
    const all = calls.flatMap(({ name, nth }) => (errors[name] ?? []).map((error) => `${name}:error=${error}:when=${nth}`));
    const step = often(1, 11);
    const first = Math.floor(makeRandom('errors')() * step);
    const chosen = all.filter((_, i) => i % step === first);
    let said = 0;
    await tryAll(context, 'failing system calls', `12 small files, ${new Set(calls.map(({ name }) => name)).size} kinds of calls`, chosen, async (fault) => {
      const cache = freshCache();
      const ended = await straced(small, cache, fault);
      if (ended.code !== 0) said++;
      const problem = judge(ended, small.right) ?? (cacheContents(cache).apps.length === 0 ? undefined : findHalfTree(cache, expected));
      const recovery = problem ?? judgeRecovery(await start(small.path, [], { cache }), small.right) ?? differ(census(cache), expected);
      rmSync(cache, { recursive: true, force: true });
      return recovery;
    });
    context.task.meta.fault!.mix += `; ${said} were said, the others made up for`;
    expect(said).toBeGreaterThan(chosen.length / 5);
  });

  test('from some moment on every time says so or goes on (T5, T7)', async (context) => {
    const lasting = ['write:error=ENOSPC', 'mkdir:error=EROFS', 'mkdir:error=EACCES', 'open:error=EMFILE', 'open:error=EIO', 'close:error=EIO', 'rename:error=EACCES', 'symlink:error=EPERM', 'pread64:error=EIO', 'mmap:error=ENOMEM', 'flock:error=ENOLCK', 'getdents64:error=EIO', 'unlink:error=EIO', 'unlinkat:error=EIO', 'execve:error=ETXTBSY'];
    const cases = lasting.flatMap((fault) => [2, 5, 9].map((nth) => `${fault}:when=${nth}+`));
    await tryAll(context, 'system calls that go on failing', '12 small files', cases.filter((_, i) => i % often(1, 4) === 0), async (fault) => {
      const cache = freshCache();
      const ended = await straced(small, cache, fault);
      // The interpreter makes such calls as well, and says its own; its loader dies where it gets no memory at all.
      const problem = (ended.signal === null || fault.startsWith('mmap')) && (ended.code === 0 ? ended.stdout === small.right : ended.code !== 0 && ended.stdout === '') ? undefined : JSON.stringify(ended);
      const recovery = problem ?? judgeRecovery(await start(small.path, [], { cache }), small.right) ?? differ(census(cache), expected);
      rmSync(cache, { recursive: true, force: true });
      return recovery;
    });
  });
});
