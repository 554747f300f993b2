// What was asked for on the command line, held against what there is, before any work is done.
import { fail, type Failure } from '../model/failure';
import type { Choices } from '../protocol/engine';
import type { BuildArguments } from './parse-arguments';

type Asked = Pick<BuildArguments, 'targets' | 'outputs' | 'python'>;

export function checkChoices({ targets, outputs, python }: Asked, choices: Choices): Failure | undefined {
  return checkNames('target', targets, choices.targets) ?? checkNames('output', outputs, choices.outputs) ?? checkPython(python, targets, choices);
}

function checkNames(kind: 'target' | 'output', asked: string[], known: { id: string }[]): Failure | undefined {
  const wrong = asked.find((id) => !known.some((one) => one.id === id));
  return wrong === undefined ? undefined : fail('plan/unsupported', `There is no ${kind} called ${wrong}.`, `There are: ${known.map(({ id }) => id).join(', ')}.`).failure;
}

function checkPython(python: string | undefined, targets: string[], { pythons }: Choices): Failure | undefined {
  if (python === undefined) return undefined;
  const found = pythons.find(({ series }) => series === python);
  const missing = targets.find((target) => !found?.targets.includes(target));
  if (found && missing === undefined) return undefined;
  const there = pythons.map(({ series, targets }) => `${series} for ${targets.join(', ')}`);
  return fail('supply/no-runtime', `There is no CPython ${python}${found ? ` for ${missing}` : ''} here.`, ...(there.length ? [`There is: ${there.join('; ')}.`] : ['Run `npm run setup`, which makes them.'])).failure;
}
