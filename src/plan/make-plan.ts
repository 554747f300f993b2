// Ingredients and chosen outputs → Plan: data that can be shown, saved and compared before anything is joined.
import { fail, success, type Outcome } from '../model/failure';
import type { Ingredients } from '../model/ingredients';
import type { Prepared } from '../model/output';
import type { Plan } from '../model/plan';
import type { Reporter } from '../model/progress';
import { findOutput } from '../outputs/registry';

export interface MadePlan {
  plan: Plan;
  /** Beside the plan's artifacts: the bytes of their parts. */
  prepared: Prepared[];
  notices: string[];
}

export async function makePlan(ingredients: Ingredients, outputIds: string[], reporter: Reporter): Promise<Outcome<MadePlan>> {
  const prepared: Prepared[] = [];
  for (const id of outputIds) {
    reporter.report({ stage: 'plan', label: id, done: prepared.length });
    const output = findOutput(id);
    if (!output) return fail('plan/unsupported', `There is no output called ${id}.`);
    const planned = await output.plan(ingredients);
    if (!planned.ok) return planned;
    prepared.push(...planned.value);
  }
  const { name, version, python, entry, lock } = ingredients;
  const plan: Plan = { format: 1, name, version, python, entry: entry.name, artifacts: prepared.map(({ planned }) => planned), lock };
  return success({ plan, prepared, notices: prepared.flatMap(({ notices }) => notices ?? []) });
}
