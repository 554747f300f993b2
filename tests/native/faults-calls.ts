// The system calls of a first start, and starts in which one of them fails or is the last: by strace, as the launcher is static.
import { readFileSync, rmSync } from 'node:fs';
import type { Packed } from './faults-apps';
import { start } from './faults';
import type { Ended } from './launcher-run';

/** The nth call of that name. */
export interface Call {
  name: string;
  nth: number;
}

/** All calls that the launcher makes until it turns into the interpreter, that one included; the start of the launcher itself, which strace does not count, is not. */
export async function launcherCalls(program: Packed, cache: string): Promise<Call[]> {
  const trace = `${cache}.trace`;
  await start('strace', ['-o', trace, program.path], { cache });
  const lines = readFileSync(trace, 'utf8').split('\n');
  for (const path of [trace, cache]) rmSync(path, { recursive: true });
  const until = lines.findIndex((line, i) => i > 0 && line.startsWith('execve('));
  const seen = new Map<string, number>();
  return lines.slice(1, until + 1).flatMap((line) => {
    const name = /^(\w+)\(/.exec(line)?.[1];
    if (name === undefined) return [];
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return [{ name, nth: seen.get(name)! }];
  });
}

/** A start with faults put in, as strace's `inject` words them. Nothing of the trace is kept. */
export const straced = (program: Packed, cache: string, ...faults: string[]): Promise<Ended> =>
  start('strace', ['-o', '/dev/null', ...faults.flatMap((fault) => ['-e', `inject=${fault}`]), program.path], { cache });
