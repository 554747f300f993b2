// The door for terminals: arguments → engine → files and lines. Exit codes: 0 done, 1 a failure that was explained, 2 wrong usage.
import { makePrintable } from '../model/make-printable';
import { fail } from '../model/failure';
import { build } from './build';
import { explain } from './explain';
import { init } from './init';
import { inspect } from './inspect';
import { parseArguments, usage } from './parse-arguments';

/** Gives the exit code. */
export async function main(words: string[]): Promise<number> {
  // A reader that has seen enough (`| head`) stops nothing.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const parsed = parseArguments(words);
  if (parsed.command === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  if (parsed.command === 'wrong') {
    process.stderr.write(`${parsed.message}\n\n${usage}`);
    return 2;
  }
  const work = parsed.command === 'inspect' ? inspect(parsed) : parsed.command === 'init' ? init(parsed) : build(parsed);
  const outcome = await work.catch((error: Error) => fail('terrarium/bug', 'Terrarium itself failed; nothing was written.', ...describeBug(error)));
  if (outcome.ok) process.stdout.write(makePrintable(outcome.value));
  else explain(outcome.failure, parsed.json);
  return outcome.ok ? 0 : 1;
}

/** An exception is a bug of ours: told as one, with what a report needs. */
const describeBug = (error: Error) => ['Please report this, with the project that shows it:', ...(error.stack ?? error.message).split('\n').slice(0, 40)];
