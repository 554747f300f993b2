// A promise of an Outcome → an Outcome, always: a rejection is a bug, or memory that ran out, and is told as such.
import { fail, type Outcome } from '../model/failure';

export async function settle<T>(work: Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const last = text.trim().split('\n').at(-1) ?? '';
    return fail('terrarium/bug', 'Terrarium itself failed; your files are untouched.', ...(last ? [last] : []), 'Try again; if it happens again, report it with the project that shows it.');
  }
}
