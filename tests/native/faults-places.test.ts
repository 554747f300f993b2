// Where the cache is: read-only, missing, long, linked, of somebody else. In file systems of the test's own, by a user of its own.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { start } from './faults';
import { packPython, smallApp, pack, type Packed } from './faults-apps';
import { straced } from './faults-calls';
import { canMount, runMounted } from './faults-mounts';
import { available, cacheContents, temporary } from './launcher-run';

const folder = temporary();
const user = 61234;
let small: Packed;
let python: Packed;
let mounts = 0;

beforeAll(() => {
  chmodSync(folder, 0o755);
  small = pack(join(folder, 'small'), smallApp());
  python = packPython(join(folder, 'python'));
});

/** In `$1`: `home` of the user. `/var/tmp` is empty. `user` starts the app with nothing but the variables given, `root` likewise. */
const prelude = `
mount -t tmpfs -o mode=1777 none /var/tmp && mount -t tmpfs -o mode=755 none "$1" && mkdir "$1/home" && chown ${user}:${user} "$1/home" && chmod 700 "$1/home" && cd / || exit 99
demo=$0; home=$1/home
user() { setpriv --reuid ${user} --regid ${user} --clear-groups env -i "$@" "$demo"; }
own() { setpriv --reuid ${user} --regid ${user} --clear-groups "$@"; }
root() { env -i "$@" "$demo"; }
`;
const epilogue = `
echo "code $?"; find "$1" /var/tmp -path '*/apps/*/.ok' -printf '%U %h\\n' `;

interface Outcome {
  said: string;
  code: number;
  /** Owner and place of each app that is there afterwards. */
  places: string[];
}

async function tryPlace(script: string, program = small): Promise<Outcome> {
  const mount = join(folder, `mount${mounts++}`);
  mkdirSync(mount);
  const { stdout } = await runMounted(`exec 2>&1${prelude}${script}${epilogue}`, program.path, mount);
  const [said, rest] = stdout.split(/^code (?=\d+$)/m);
  const [code, ...trees] = rest!.trim().split('\n');
  return { said: said!.replaceAll(mount, ''), code: Number(code), places: trees.map((line) => line.replace(mount, '').replace(/\/terrarium\/apps\/\w+$/, '')).sort() };
}

const home = `${user} /home/.cache`;
const fallback = `${user} /var/tmp/terrarium-${user}`;
const right = (...places: string[]): Outcome => ({ said: 'one\n', code: 0, places });
const refused = (why: string): unknown => ({ code: 73, said: expect.stringMatching(`^demo: cannot unpack, because no folder for it can be used \\([^\n]*${why}[^\n]*\\); set TERRARIUM_CACHE to a folder of your own\\.\n$`), places: [] });

const readOnlyVarTmp = 'mount -o remount,ro /var/tmp';
const readOnlyTmp = 'mount --bind /tmp /tmp && mount -o remount,ro,bind /tmp';

describe.skipIf(!canMount('places for the cache') || !available('places for the cache', 'setpriv'))('a place for the cache', () => {
  test.each<[string, string, unknown]>([
    ['in the home folder (T2)', 'user HOME="$home"', right(home)],
    ['without HOME, XDG_CACHE_HOME and an entry in the user database is in /var/tmp (T2)', 'user', right(fallback)],
    ['with an empty HOME is in /var/tmp (T2)', 'user HOME=', right(fallback)],
    ['with a relative HOME is in /var/tmp (T3)', 'cd "$home"; user HOME=home', right(fallback)],
    ['with a HOME that does not exist is in /var/tmp (T3)', 'user HOME="$1/nowhere"', right(fallback)],
    ['with a HOME that is a file is in /var/tmp (T3)', 'touch "$1/file"; user HOME="$1/file"', right(fallback)],
    ['with a HOME that may not be entered is in /var/tmp (T3)', 'chmod 000 "$home"; user HOME="$home"', right(fallback)],
    ['with a relative XDG_CACHE_HOME is in the home folder (T3)', 'user HOME="$home" XDG_CACHE_HOME=here', right(home)],
    ['with a read-only home folder is in /var/tmp (T1)', 'mount -t tmpfs -o ro none "$home"; user HOME="$home"', right(fallback)],
    ['with a home folder mounted noexec is in /var/tmp (T20)', `mount -t tmpfs -o noexec,uid=${user},mode=700 none "$home"; user HOME="$home"`, right(fallback)],
    ['is TMPDIR where /var/tmp is read-only (T1)', `${readOnlyVarTmp}; mkdir -m 1777 "$1/tmp"; user TMPDIR="$1/tmp"`, right(`${user} /tmp/terrarium-${user}`)],
    ['is missed in one sentence where everything is read-only (T1)', `${readOnlyVarTmp}; ${readOnlyTmp}; user`, refused('Read-only file system')],
    ['that was asked for is the only one (T1)', 'mkdir "$1/ro"; mount -t tmpfs -o ro none "$1/ro"; user HOME="$home" TERRARIUM_CACHE="$1/ro"', refused('Read-only file system')],
  ])('%s', async (_, script, outcome) => {
    expect(await tryPlace(script)).toEqual(outcome);
  });

  test.each<[string, () => Packed]>([['a script', () => small], ['CPython', () => python]])('that turned read-only serves later starts of %s (T1)', async (_, choose) => {
    const program = choose();
    const outcome = await tryPlace('user HOME="$home" && mount -t tmpfs -o size=200m none /mnt && cp -a "$home" /mnt/copy && mount -o remount,ro /mnt && user HOME=/mnt/copy && touch /mnt/x', program);
    expect(outcome).toEqual({ said: `${program.right}${program.right}touch: cannot touch '/mnt/x': Read-only file system\n`, code: 1, places: [home] });
  });

  // A privileged start must neither run what a user can write nor leave in a home what its owner cannot remove.
  test.each<[string, string, unknown]>([
    ['is not the home of another user', `own mkdir "$home/.cache"; root HOME="$home"`, right('0 /var/tmp/terrarium-0')],
    ['is not what another user has unpacked', 'user HOME="$home" >/dev/null; root HOME="$home"', right('0 /var/tmp/terrarium-0', home)],
    ['is not a folder of another user that everybody may write', `own mkdir -p "$home/.cache/terrarium"; chmod 777 "$home" "$home/.cache" "$home/.cache/terrarium"; root HOME="$home"`, right('0 /var/tmp/terrarium-0')],
    ['is not made in the home of another user', 'root HOME="$home"; find "$home" -uid 0 | head -n 1', right('0 /var/tmp/terrarium-0')],
    ['is not made in a folder of another user that XDG_CACHE_HOME names', 'root XDG_CACHE_HOME="$home/cache"; find "$home" -uid 0 | head -n 1', right('0 /var/tmp/terrarium-0')],
  ])('of root %s (T14)', async (_, script, outcome) => {
    expect(await tryPlace(script)).toEqual(outcome);
  });

  test.each<[string, string, unknown]>([
    ['is followed to one’s own cache folder', 'own mkdir "$home/elsewhere"; own ln -s elsewhere "$home/.cache"; user HOME="$home"', right(`${user} /home/elsewhere`)],
    ['is not followed to somebody else’s', 'mkdir "$1/other"; chmod 777 "$1/other"; own ln -s "$1/other" "$home/.cache"; user HOME="$home"', right(fallback)],
    ['in the place of terrarium is not followed', 'own mkdir -p "$home/.cache" "$home/x"; own ln -s ../x "$home/.cache/terrarium"; user HOME="$home"', right(fallback)],
    ...['runtimes', 'apps', 'locks', 'tmp'].map((part): [string, string, unknown] => [
      `in the place of ${part} is not followed`, `own mkdir -p "$home/.cache/terrarium" "$home/x"; own ln -s ../../x "$home/.cache/terrarium/${part}"; user HOME="$home"`, right(fallback),
    ]),
    ['in /var/tmp, where anybody could have put it, is not followed', `own ln -s "$home" /var/tmp/terrarium-${user}; mkdir -m 1777 "$1/tmp"; user TMPDIR="$1/tmp"`, right(`${user} /tmp/terrarium-${user}`)],
  ])('a link that %s (T12)', async (_, script, outcome) => {
    expect(await tryPlace(script)).toEqual(outcome);
  });

  test.each(['', '/runtimes', '/apps', '/locks', '/tmp'])('terrarium%s that others may write, or that is somebody else’s, is not used (T13)', async (part) => {
    const path = `"$home/.cache/terrarium${part}"`;
    for (const harm of ['chmod 777', 'chmod 720', 'chown 61235']) expect(await tryPlace(`own mkdir -p ${path}; ${harm} ${path}; user HOME="$home"`)).toEqual(right(fallback));
  });

  test.skipIf(!available('file capabilities', 'setcap'))('that the environment of a file with capabilities names is not used (T32)', async () => {
    const capable = 'cp "$demo" "$1/capable" && setcap cap_net_bind_service+ep "$1/capable" && demo="$1/capable"';
    expect(await tryPlace(`${capable}; user HOME="$home" XDG_CACHE_HOME="$home/x" TERRARIUM_CACHE="$home/y"`)).toEqual(right(fallback));
  });

  test('in /var/tmp that somebody else made beforehand is not used (T13)', async () => {
    expect(await tryPlace(`mkdir -m 777 /var/tmp/terrarium-${user}; mkdir -m 1777 "$1/tmp"; user TMPDIR="$1/tmp"`)).toEqual(right(`${user} /tmp/terrarium-${user}`));
  });
});

describe('a cache’s path', () => {
  const deep = (length: number, part = 'd'.repeat(99)) => `${folder}/${`${part}/`.repeat(Math.ceil(length / (part.length + 1)))}`.slice(0, length).replace(/\/$/, 'x');

  test.each([
    ['spaces and quotes', `${folder}/a b'c"d`],
    ['letters of all kinds', `${folder}/Jürgen 漢字 😀 e\u0301`],
    ['what shells and Python would read as something else', `${folder}/$HOME;%41*\\n #{x}:-c`],
    ['a line break', `${folder}/line\nbreak`],
    ['1,500 characters', deep(1500)],
  ])('may have %s (T4)', async (_, cache) => {
    for (let i = 0; i < 2; i++) expect(await start(python.path, [], { cache })).toEqual({ code: 0, signal: null, stdout: 'hello\n', stderr: '' });
    expect(cacheContents(cache)).toMatchObject({ runtimes: [expect.any(String)], apps: [expect.any(String)], tmp: [] });
  });

  test.each([3900, 3990, 4000, 4030, 4060, 4090, 4096, 5000, 20000])('of %i characters works or is refused in one sentence (T4)', async (length) => {
    const ended = await start(small.path, [], { cache: deep(length) });
    expect(ended.signal).toBeNull();
    if (ended.code === 0) expect(ended).toMatchObject({ stdout: small.right, stderr: '' });
    else expect([[71, 73, 74].includes(ended.code!), ended.stdout, ended.stderr.split('\n').length]).toEqual([true, '', 2]);
  });
});

describe('locks', () => {
  test('that a dead process left are taken (T15)', async () => {
    const cache = join(folder, 'left');
    const locks = join(cache, 'terrarium/locks');
    const leave = `umask 077; mkdir -p '${locks}'; for name in cache ${small.keys.runtime} ${small.keys.app}; do echo 4194304 >'${locks}'/$name.lock; done`;
    expect((await start('sh', ['-c', leave])).code).toBe(0);
    expect(await start(small.path, [], { cache })).toMatchObject({ code: 0, stdout: small.right, stderr: '' });
  });

  test('that are links are not followed (T15)', async () => {
    const cache = join(folder, 'linked');
    const leave = `umask 077; mkdir -p '${cache}/terrarium/locks'; ln -s '${folder}/precious' '${cache}/terrarium/locks/${small.keys.runtime}.lock'`;
    await start('sh', ['-c', leave]);
    expect(await start(small.path, [], { cache })).toMatchObject({ code: 74, stdout: '', stderr: expect.stringMatching(/^demo: cannot unpack: the lock [^\n]+ cannot be taken: [^\n]+\.\n$/) });
    expect((await start('ls', [`${folder}/precious`])).code).not.toBe(0);
  });

  test.skipIf(!available('a file system without locks', 'strace')).each(['ENOLCK', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'])('that a file system does not have (%s) are done without, by many at once too (T15)', async (error) => {
    const cache = join(folder, `lockless ${error}`);
    const together = await Promise.all(Array.from({ length: 8 }, () => straced(small, cache, `flock:error=${error}`)));
    expect(together).toEqual(Array(8).fill({ code: 0, signal: null, stdout: small.right, stderr: '' }));
    expect(await straced(small, cache, `flock:error=${error}`)).toMatchObject({ code: 0, stdout: small.right });
    expect(cacheContents(cache)).toEqual({ runtimes: [small.keys.runtime], apps: [small.keys.app], tmp: [] });
  });
});
