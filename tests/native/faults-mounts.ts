// File systems of the test's own (full, read-only, without inodes), in a mount namespace that ends with the script.
import { spawnSync } from 'node:child_process';
import { run, type Ended, type RunOptions } from './launcher-run';

const works = (script: string): boolean => spawnSync('unshare', ['-m', 'sh', '-ec', script], { stdio: 'ignore' }).status === 0;

function ask(what: string, script: string): boolean {
  const possible = works(script);
  if (!possible) console.warn(`SKIPPED: ${what}, because this process may not mount`);
  return possible;
}

export const canMount = (what: string): boolean => ask(what, 'mount -t tmpfs -o size=64k none /mnt');

/** `$0` is the program, `$1` a folder to mount on. */
export const runMounted = (script: string, program: string, folder: string, options: RunOptions = {}): Promise<Ended> =>
  run('unshare', ['-m', 'sh', '-c', script, program, folder], { killAfter: 300_000, ...options });

export const canLoop = (what: string): boolean =>
  ask(what, 'f=$(mktemp); trap "rm -f $f" EXIT; truncate -s 16M $f; mkfs.ext4 -q -F $f; mount -o loop $f /mnt; umount /mnt');
