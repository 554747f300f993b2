// The wants of one round → answers: the index all at once, source archives one after the other, since each may be built.
import { success, type Failure, type Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { Answer, Want } from '../protocol/python';
import type { Sources } from '../protocol/sources';
import type { Index, IndexWant } from '../protocol/supply';
import { nameMissing } from '../supply/name-missing';

export interface AnswerContext {
  supply: { index: Index };
  sources: Sources;
}

export async function answerWants(wants: Want[], { supply, sources }: AnswerContext, reporter: Reporter): Promise<Outcome<{ answers: Answer[]; blobs: Uint8Array[] }>> {
  const got = await supply.index.answer(wants.filter((want): want is IndexWant => want.kind !== 'source'), reporter);
  if (!got.ok) return got;
  const { answers, blobs } = got.value;
  for (const want of wants) {
    if (want.kind !== 'source') continue;
    const { kind: _, ...source } = want;
    const metadata = await sources.metadata(source, reporter);
    if (!metadata.ok && metadata.failure.code === 'cancelled') return metadata;
    answers.push(metadata.ok ? { want, blob: blobs.push(metadata.value) - 1 } : { want, problem: metadata.failure });
  }
  return success({ answers: nameAll(answers), blobs });
}

/** Whichever answer stops the resolution, it tells of everything of this round that could not be had. */
function nameAll(answers: Answer[]): Answer[] {
  const isOut = ({ problem }: Answer): boolean => problem?.code === 'supply/unreachable';
  const things = answers.filter(isOut).map(({ want }) => (want.kind === 'listing' ? `the listing of ${want.name}` : want.kind === 'source' ? `the source archive ${want.filename}` : `the metadata of ${want.filename}`));
  return answers.map((answer) => (isOut(answer) ? { ...answer, problem: nameMissing(answer.problem as Failure, things) } : answer));
}
