// A failure → standard error for people, or a line of JSON on standard output.
import type { Failure } from '../model/failure';
import { makePrintable } from '../model/make-printable';
import { printGaps } from './print-coverage';
import { printFailure } from './print-result';

export function explain(failure: Failure, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ event: 'failure', failure })}\n`);
  else process.stderr.write(makePrintable(printFailure(failure) + (failure.coverage ? printGaps(failure.coverage) : '')));
}
