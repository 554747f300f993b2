// A limit was reached → the refusal: what was found, which limit that is, and how to raise it.
import { explainLimit, type LimitName } from '../model/limits';
import { FormatError } from './format-error';

/** `found` completes "… was refused: it is 300 bytes long"; `size` is the number in it. */
export function exceed(who: string, found: string, name: LimitName, limit: number, size?: number): FormatError {
  return new FormatError(`${who} was refused: ${found}, the limit is ${limit} (${name}).`, { reason: 'limit', notes: [explainLimit(name, size)] });
}
