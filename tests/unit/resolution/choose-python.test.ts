// Which Python is packed where nobody named one: by what can be had for it, with the reason.
import { expect, test } from 'vitest';
import { fail, success, type Outcome } from '../../../src/model/failure';
import type { Gap, Resolution } from '../../../src/model/resolution';
import type { RuntimeManifest } from '../../../src/model/runtime';
import type { Target } from '../../../src/model/target';
import type { Runtimes } from '../../../src/protocol/supply';
import { choosePython } from '../../../src/resolution/choose-python';
import { listPythons } from '../../../src/resolution/list-pythons';
import { targets } from '../../../src/targets/registry';

const known: Record<string, string[]> = { '3.11': ['linux-x86_64'], '3.14': targets.map(({ id }) => id), '3.9': ['linux-x86_64', 'windows-x86_64'] };
const runtimes = {
  catalogue: async () => success({ format: 1, runtimes: Object.entries(known).flatMap(([series, ids]) => ids.map((target) => ({ series, python: `${series}.5`, target, folder: '', sha256: '' }))) }),
  manifest: async (series: string, target: string) =>
    known[series]?.includes(target) ? success({ series, target, python: `${series}.5` } as RuntimeManifest) : fail('supply/no-runtime', `no ${series} for ${target}`),
} as unknown as Runtimes;

const resolution = (gaps: Partial<Gap>[] = []): Resolution => ({ python: '', targets: [], distributions: [], lock: '', notices: ['a line'], gaps: gaps as Gap[] });
const lacks = (...ids: string[]): Outcome<Resolution> =>
  ({ ok: false, failure: { code: 'resolution/no-wheel', message: 'no wheel', notes: [], coverage: resolution(ids.map((target) => ({ target, reason: `game has no wheel for ${target}` }))) } });
const all = targets.map(({ id }) => id);

/** `answers`: what resolving says, by series; without one, that all is there. */
async function choose(answers: Record<string, Outcome<Resolution>>, wanted: Target[] = [...targets], asked = '', every = false) {
  const tried: string[] = [];
  const options = await listPythons(wanted, asked, every, runtimes);
  if (!options.ok) return { tried, failure: options.failure };
  const choice = await choosePython(options.value, wanted, async (option) => (tried.push(option.series), answers[option.series] ?? success(resolution())));
  return choice.ok ? { tried, series: choice.value.series, ids: choice.value.targets.map(({ id }) => id), notices: choice.value.resolution.notices } : { tried, failure: choice.failure };
}

test('the newest where it has everything, without looking at others and without a word', async () => {
  expect(await choose({})).toEqual({ tried: ['3.14'], series: '3.14', ids: all, notices: ['a line'] });
});

test('another where the newest has nothing whole, for the targets that it is at hand for, with the reason', async () => {
  const chosen = await choose({ '3.14': lacks(...all) });
  expect(chosen).toMatchObject({ tried: ['3.14', '3.11', '3.9'], series: '3.9', ids: ['linux-x86_64', 'windows-x86_64'] });
  expect(chosen.notices).toEqual(['CPython 3.9 was chosen: game has no wheel for linux-x86_64.', expect.stringMatching(/^Left out: .*macOS.*; no CPython 3.9 is at hand for them\.$/), 'a line']);
});

test('a Python for few targets does not win over one that lacks something for one alone', async () => {
  expect((await choose({ '3.14': lacks('macos-x86_64') })).failure?.coverage?.gaps).toHaveLength(1);
});

test('a project that excludes the newest gets another', async () => {
  expect(await choose({ '3.14': fail('resolution/conflict', 'The project asks for Python <3.12.') }, [targets[0]!])).toMatchObject({ series: '3.11', notices: ['CPython 3.11 was chosen: The project asks for Python <3.12.', 'a line'] });
});

test('where none has everything the newest\'s failure is told', async () => {
  const none = await choose({ '3.14': lacks(...all), '3.11': lacks('linux-x86_64'), '3.9': lacks('linux-x86_64', 'windows-x86_64') });
  expect(none.failure?.coverage?.gaps).toHaveLength(5);
});

test('what no other Python would mend is told at once', async () => {
  expect(await choose({ '3.14': fail('supply/unreachable', 'no network') })).toMatchObject({ tried: ['3.14'], failure: { code: 'supply/unreachable' } });
});

test('targets that were asked for by name are all made, or none is', async () => {
  expect(await choose({ '3.14': lacks(...all) }, [...targets], '', true)).toMatchObject({ tried: ['3.14'], failure: { code: 'resolution/no-wheel' } });
});

test('a series that was asked for is taken, and refused where it is not at hand', async () => {
  expect(await choose({}, [targets[0]!], '3.11')).toMatchObject({ tried: ['3.11'], series: '3.11' });
  expect((await choose({}, [...targets], '3.11')).failure?.code).toBe('supply/no-runtime');
});

test('each option knows which other Pythons its targets could have', async () => {
  const options = await listPythons([...targets], '', false, runtimes);
  expect(options.ok && options.value[0]!.alternatives).toMatchObject({ 'linux-x86_64': ['3.11.5', '3.9.5'], 'macos-arm64': [] });
});
