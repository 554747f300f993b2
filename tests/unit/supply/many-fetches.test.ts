// Many requests of one build share its signal.
import { expect, test } from 'vitest';
import { makeCheckedFetch } from '../../../src/supply/checked-fetch';

const ask = (fetch: typeof globalThis.fetch, signal: AbortSignal) => {
  const checked = makeCheckedFetch({ fetch: (url, init) => fetch(url, init), limits: { tries: 1 } });
  return Promise.all(Array.from({ length: 40 }, (_, at) => checked({ what: `file ${at}`, url: `https://files.index.example/${at}`, most: 1000, signal })));
};

test('forty at once give no warning of Node’s, answered or refused', async () => {
  const warnings: string[] = [];
  const listen = (warning: Error) => warnings.push(warning.message);
  process.on('warning', listen);
  const { signal } = new AbortController();
  const answered = await ask(async () => new Response('x'), signal);
  const refused = await ask(async () => new Response('', { status: 403 }), signal);
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('warning', listen);
  expect([answered.every(({ ok }) => ok), refused.some(({ ok }) => ok), warnings]).toEqual([true, false, []]);
});

test('all forty end when the build is cancelled', async () => {
  const controller = new AbortController();
  const waiting = ask((_, init) => new Promise((_, reject) => init!.signal!.addEventListener('abort', () => reject(new Error('aborted')))), controller.signal);
  controller.abort();
  expect(new Set((await waiting).map((outcome) => !outcome.ok && outcome.failure.code))).toEqual(new Set(['cancelled']));
});
