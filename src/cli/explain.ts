// A failure → standard error for people, or a line of JSON on standard output.
import type { Failure } from '../model/failure';
import { printFailure } from './print-result';

export function explain(failure: Failure, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ event: 'failure', failure })}\n`);
  else process.stderr.write(printFailure(failure));
}
