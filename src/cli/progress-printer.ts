// Progress → one line that is written over on a terminal; one JSON object a line with --json; nothing otherwise.
import { makePrintable } from '../model/make-printable';
import type { Progress } from '../model/progress';

export function makeProgressPrinter(json: boolean) {
  let open = false;
  return {
    progress(progress: Progress): void {
      if (json) process.stdout.write(`${JSON.stringify({ event: 'progress', ...progress })}\n`);
      else if (process.stderr.isTTY) {
        const count = progress.total === undefined ? '' : ` ${progress.done}/${progress.total}`;
        process.stderr.write(`\r\x1b[K${`${progress.stage}${count} ${makePrintable(progress.label)}`.slice(0, (process.stderr.columns || 80) - 1)}`);
        open = true;
      }
    },
    end(): void {
      if (open) process.stderr.write('\r\x1b[K');
      open = false;
    },
  };
}
