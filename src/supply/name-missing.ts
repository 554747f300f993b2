// Several things that could neither be fetched nor found in the local store → one failure that names them all, with what to do.
import { fail, type Failure } from '../model/failure';

/** As many names as people read. */
const mostNamed = 40;

/** `things`: `the listing of click`, `the wheel click-8.4.0-py3-none-any.whl`; `first`: what was said of one of them. */
export function nameMissing(first: Failure, things: readonly string[]): Failure {
  const names = [...new Set(things)].sort();
  if (names.length < 2) return { ...first, notes: [...first.notes, ...advice] };
  const named = names.slice(0, mostNamed).join(', ') + (names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '');
  return fail('supply/unreachable', `${names.length} things that the build needs could not be fetched and are not in the local store: ${named}.`, `Of the first: ${first.message}`, ...first.notes, ...advice).failure;
}

const advice = ['Build once with the network at hand: what is fetched then is kept, and later builds need none. Or drop the wheels beside the project (--wheel FILE).'];
