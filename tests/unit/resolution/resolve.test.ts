// The rounds between Python, the index and the builder of source archives.
import { expect, test } from 'vitest';
import { fail, success } from '../../../src/model/failure';
import { makeMemory } from '../../../src/model/memory';
import type { Resolution } from '../../../src/model/resolution';
import type { Python, Question, Want } from '../../../src/protocol/python';
import type { Sources } from '../../../src/protocol/sources';
import type { Index } from '../../../src/protocol/supply';
import { resolve } from '../../../src/resolution/resolve';

const source = { filename: 'a-1.tar.gz', url: 'https://files.example/a-1.tar.gz', sha256: '11' };
const unbuilt = { filename: '', url: '', sha256: '', pure: true, built: source };
const wheel = { filename: 'a-1-py3-none-any.whl', url: 'built:a-1-py3-none-any.whl', sha256: '22', pure: true, built: source };
const resolution: Resolution = {
  python: '3.14', targets: ['linux', 'mac'], lock: '', notices: [], gaps: [],
  distributions: [{ name: 'a', version: '1', requiredBy: [], wheels: { linux: unbuilt, mac: unbuilt } }],
};
const wants: Want[] = [{ kind: 'listing', name: 'a' }, { kind: 'source', ...source }];
const question = { requirements: [] } as unknown as Question;

interface Script { states?: unknown[]; metadata?: Awaited<ReturnType<Sources['metadata']>>; built?: Awaited<ReturnType<Sources['wheel']>>; abortAfter?: number }

/** Python answers with `states`, one a round. */
async function play({ states = [{ state: 'missing', wants }, { state: 'done', resolution }], metadata = success(new Uint8Array([7])), built = success({ wheel, notices: ['it asks for more elsewhere'] }), abortAfter = 99 }: Script, times = 1) {
  const requests: { request: any; blobs: Uint8Array[] }[] = [];
  const asked: Want[][] = [];
  const builds: string[] = [];
  const stop = new AbortController();
  const python = {
    call: async (_: string, request: unknown, blobs: Uint8Array[]) => {
      requests.push({ request, blobs });
      if (requests.length >= abortAfter) stop.abort();
      return { answer: success(states[requests.length - 1] ?? states.at(-1)), blobs: [] };
    },
  };
  const index = { answer: async (wanted: Want[]) => (asked.push(wanted), success({ answers: wanted.map((want) => ({ want })), blobs: [] })) };
  const sources: Sources = { metadata: async () => metadata, wheel: async ({ sha256 }) => (builds.push(sha256), built) };
  const context = { python: python as unknown as Python, supply: { index: index as unknown as Index }, sources, memory: makeMemory() };
  const reporter = { report: () => undefined, signal: stop.signal };
  let outcome = await resolve(question, context, reporter);
  for (let time = 1; time < times; time++) outcome = await resolve(question, context, reporter);
  return { outcome, requests, asked, builds };
}

test('the index is asked for what it can answer, the builder for the rest', async () => {
  const { requests, asked } = await play({});
  expect(asked).toEqual([[wants[0]]]);
  expect(requests[1]!.request.answers).toEqual([{ want: wants[0] }, { want: wants[1], blob: 0 }]);
  expect(requests[1]!.blobs).toEqual([new Uint8Array([7])]);
});

test('a source archive is built once for all targets, and its wheel stands in the answer', async () => {
  const { outcome, builds } = await play({});
  expect(builds).toEqual(['11']);
  expect(outcome).toEqual(success({ ...resolution, notices: ['it asks for more elsewhere'], distributions: [{ ...resolution.distributions[0]!, wheels: { linux: wheel, mac: wheel } }] }));
});

test('the same question is not asked of Python again, but its wheel is looked for, which the store may have lost', async () => {
  const { requests, builds } = await play({}, 3);
  expect([requests.length, builds.length]).toEqual([2, 3]);
});

test('a source that is refused is an answer like another', async () => {
  const refusal = fail('project/needs-compiler', 'its source archive is not pure Python: setup.py:3');
  const { requests, outcome } = await play({ metadata: refusal });
  expect(requests[1]!.request.answers[1]).toEqual({ want: wants[1], problem: refusal.failure });
  expect(outcome.ok).toBe(true);
});

test('what cannot be had goes along with the failure', async () => {
  const failure = { code: 'resolution/no-wheel', message: 'none', notes: [] };
  const { outcome } = await play({ states: [{ state: 'incomplete', resolution, failure }] });
  expect(outcome).toEqual({ ok: false, failure: { ...failure, coverage: resolution } });
});

test('a build that fails stops it', async () => {
  const { outcome } = await play({ built: fail('build/failed', 'no') });
  expect(outcome).toEqual(fail('build/failed', 'no'));
});

test('cancel pressed between two rounds ends it (R19)', async () => {
  const { outcome, requests } = await play({ states: [{ state: 'missing', wants: [] }], abortAfter: 3 });
  expect(!outcome.ok && outcome.failure.code).toBe('cancelled');
  expect(requests.length).toBe(3);
});

test('cancel pressed while a source is built ends it too (R19)', async () => {
  const { outcome, requests } = await play({ metadata: fail('cancelled', 'stop') });
  expect(outcome).toEqual(fail('cancelled', 'stop'));
  expect(requests.length).toBe(1);
});

test('a resolver that asks for ever is given up', async () => {
  const { outcome } = await play({ states: [{ state: 'missing', wants: [] }], abortAfter: 1000 });
  expect(!outcome.ok && outcome.failure.code).toBe('resolution/gave-up');
});
