// What tools of other makers say of executables: LIEF, and those of LLVM and binutils. Each answer is about files, in the order asked.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hostPython } from './launcher-runtime';

export interface LiefAnswer {
  /** Empty where the layout is right. */
  layout: string;
  /** Bytes that belong to no part of the format. */
  overlay: number;
  /** What it printed while it read. */
  complaints: string;
}

const packages = fileURLToPath(new URL('../../.build/pytest', import.meta.url));
const script = fileURLToPath(new URL('accepted_lief.py', import.meta.url));

export function hasLief(): boolean {
  const there = [hostPython, `${packages}/lief`].every((path) => existsSync(path));
  if (!there) console.warn('SKIPPED: reading executables with LIEF, because it is not in .build/pytest: run `node tools/setup.mjs --tests` first');
  return there;
}

/** One process for all: LIEF takes longer to load than to read. */
export function askLief(paths: string[]): LiefAnswer[] {
  const out = execFileSync(hostPython, ['-B', script], { input: paths.join('\n'), encoding: 'utf8', env: { PYTHONPATH: packages } });
  return out.trimEnd().split('\n').map((line) => JSON.parse(line) as LiefAnswer);
}

/** What a tool prints; anything on stderr counts as a complaint. */
export function ask(tool: string, ...words: string[]): { status: number | null; text: string; complaints: string } {
  const { status, stdout, stderr } = spawnSync(tool, words, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return { status, text: stdout, complaints: stderr };
}
