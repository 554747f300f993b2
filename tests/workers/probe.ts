// Runs a piece of Python by the verb that probe.py adds, which sets `value` and perhaps `out`.
import type { Outcome } from '../../src/model/failure';
import type { PythonInterpreter } from '../../src/protocol/python';

export async function probe(python: PythonInterpreter, code: string, blobs: Uint8Array[] = []): Promise<{ answer: Outcome<any>; blobs: Uint8Array[] }> {
  return python.call('probe' as never, { code } as never, blobs) as never;
}

export async function evaluate(python: PythonInterpreter, code: string): Promise<any> {
  const { answer } = await probe(python, code);
  if (!answer.ok) throw new Error(answer.failure.message);
  return answer.value;
}
