// Question → Resolution: rounds of "what is missing?" with Python, everything missing fetched at once.
import { fail, success, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { Resolution } from '../model/resolution';
import type { Memory } from '../model/memory';
import type { Answer, Python, Question } from '../protocol/python';
import { answerWants, type AnswerContext } from './answer-wants';
import { completeWheels } from './complete-wheels';

/** More rounds than the deepest graph that people have; a resolver that asks for ever is a bug that this turns into a sentence. */
const mostRounds = 400;

let sessions = 0;

export interface ResolutionContext extends AnswerContext {
  python: Python;
  memory: Pick<Memory, 'resolutions'>;
}

/** The same question again is answered from memory: nothing about it has changed within a session. */
export async function resolve(question: Question, context: ResolutionContext, reporter: Reporter): Promise<Outcome<Resolution>> {
  const { resolutions } = context.memory;
  const key = JSON.stringify([question, context.supply.index.key]);
  const kept = resolutions.get(key);
  if (kept) return completeWheels(kept, context.sources, reporter);
  const resolution = await resolveInRounds(question, context, reporter);
  if (!resolution.ok) return resolution;
  resolutions.set(key, resolution.value);
  return completeWheels(resolution.value, context.sources, reporter);
}

async function resolveInRounds(question: Question, context: ResolutionContext, reporter: Reporter): Promise<Outcome<Resolution>> {
  const session = `${++sessions}`;
  let answers: Answer[] = [];
  let blobs: Uint8Array[] = [];
  let fetched = 0;
  for (let round = 1; round <= mostRounds; round++) {
    if (reporter.signal.aborted) return fail('cancelled', 'The build was cancelled while dependencies were resolved.');
    const { answer } = await context.python.call('resolve', { ...question, session, answers }, blobs);
    if (!answer.ok) return answer;
    if (answer.value.state === 'done') return success(answer.value.resolution);
    if (answer.value.state === 'incomplete') return { ok: false, failure: { ...answer.value.failure, coverage: answer.value.resolution } };
    const { wants } = answer.value;
    fetched += wants.length;
    reporter.report({ stage: 'resolve', label: `round ${round}: ${wants.length} answers from the index`, done: fetched });
    const got = await answerWants(wants, context, reporter);
    if (!got.ok) return got;
    ({ answers, blobs } = got.value);
  }
  return fail('resolution/gave-up', `Gave up resolving after ${mostRounds} rounds of questions to the index.`, 'Pin some of the requirements to make the search smaller.');
}
