// What is asked of the resolver for an app: its own requirements, those left beside its backend, what people add and what targets lack.
import { expect, test } from 'vitest';
import type { Analysis } from '../../../src/model/analysis';
import { makeMemory } from '../../../src/model/memory';
import type { Project } from '../../../src/model/project';
import type { Resolution } from '../../../src/model/resolution';
import type { RuntimeManifest } from '../../../src/model/runtime';
import type { LocalWheel, Python, Question } from '../../../src/protocol/python';
import type { Sources } from '../../../src/protocol/sources';
import type { Index } from '../../../src/protocol/supply';
import { resolveApp, type AppInputs } from '../../../src/resolution/resolve-app';
import { findTarget } from '../../../src/targets/registry';

const reporter = { report: () => undefined, signal: new AbortController().signal };
const resolution: Resolution = { python: '3.14', targets: [], distributions: [], lock: '', notices: [], gaps: [] };
const backend: Analysis['layout'] = { kind: 'backend', backend: 'flit_core', backendPath: [], requires: [], root: '' };
const found = (requirement: string, path: string, line: number, hashes: string[] = []) => ({ requirement, place: { path, line }, hashes });

/** The questions that reach Python, and what came of them. */
async function ask(analysis: Partial<Analysis>, { request = {}, target = 'linux-x86_64', times = 1, locals = [], requires = ['rich>=13'] }: { requires?: string[]; request?: Partial<AppInputs['request']>; target?: string; times?: number; locals?: LocalWheel[] } = {}) {
  const asked: Question[] = [];
  const python = { call: async (_verb: string, question: Question) => (asked.push(question), { answer: { ok: true, value: { state: 'done', resolution } }, blobs: [] }) };
  const inputs = {
    project: { kind: 'folder', source: 'tool', notices: [], wheels: [], files: [{ path: 'pylock.toml', bytes: new TextEncoder().encode('the lock'), executable: false }] } as Project,
    analysis: { layout: backend, requirements: [], groupRequirements: [], chosen: { extras: [], groups: [] }, project: '', locals: [], localWheels: [], constraints: [], stdlib: [], ...analysis } as unknown as Analysis,
    app: { wheel: { filename: 'tool-1-py3-none-any.whl', bytes: new Uint8Array(3), sha256: '0', notices: [] }, name: 'tool', version: '1', requires, entries: [], metadata: 'Name: tool', notices: [] },
    targets: [findTarget(target)!],
    runtimes: new Map([[target, { python: '3.14.6' } as RuntimeManifest]]),
    locals,
    request: { requirements: [], ...request },
  };
  const context = { python: python as unknown as Python, supply: { index: {} as Index }, sources: {} as Sources, memory: makeMemory() };
  let outcome = await resolveApp(inputs, context, reporter);
  for (let time = 1; time < times; time++) outcome = await resolveApp(inputs, context, reporter);
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return { asked, notices: outcome.value.notices, requirements: asked[0]!.requirements.map(({ requirement, origin }) => `${requirement} (${origin})`) };
}

const beside = { requirements: [found('rich>=13', 'pyproject.toml', 4), found('six', 'requirements.txt', 2)] };

test('what the wheel says and what lies beside its backend, each with its place', async () => {
  expect((await ask(beside)).requirements).toEqual(['rich>=13 (pyproject.toml:4)', 'six (requirements.txt:2)']);
});

test('extras are asked for through the app itself, and what lies beside its backend stays', async () => {
  const { requirements, asked } = await ask({ ...beside, chosen: { extras: ['fast', 'web'], groups: [] } });
  expect(requirements).toEqual(['tool[fast,web] (tool)', 'six (requirements.txt:2)']);
  expect(asked[0]!.local).toMatchObject([{ url: 'built:tool-1-py3-none-any.whl', size: 3, metadata: 'Name: tool' }]);
});

test('a bare project asks for what analysis found, with its hashes', async () => {
  const { requirements, asked } = await ask({ layout: { kind: 'bare', root: '' }, requirements: [found('six', 'requirements.txt', 1, ['sha256:00'])] });
  expect(requirements).toEqual(['six (requirements.txt:1)']);
  expect(asked[0]!.requirements[0]!.hashes).toEqual(['sha256:00']);
});

test('time zones are added for Windows where they are used, with a line saying so', async () => {
  const { requirements, notices } = await ask({ stdlib: ['zoneinfo'] }, { target: 'windows-x86_64' });
  expect(requirements.at(-1)).toMatch(/^tzdata;/);
  expect(notices.join()).toMatch(/tzdata.* was added: the app imports zoneinfo/);
});

test.each<[string, Partial<Analysis>, string]>([
  ['on Linux', { stdlib: ['zoneinfo'] }, 'linux-x86_64'],
  ['for an app that has no use for them', { stdlib: ['json'] }, 'windows-x86_64'],
  ['to a project that asks for them itself', { stdlib: ['zoneinfo'], requirements: [found('tzdata>=2025', 'pyproject.toml', 3)] }, 'windows-x86_64'],
  ['to a lock', { stdlib: ['zoneinfo'], lock: 'pylock.toml' }, 'windows-x86_64'],
])('time zones are not added %s', async (_, analysis, target) => {
  expect((await ask(analysis, { target })).notices).toEqual([]);
});

test('a lock is handed over as it is, with what is wanted of it', async () => {
  const chosen = { extras: ['fast'], groups: ['web'] };
  const { asked, requirements } = await ask({ ...beside, lock: 'pylock.toml', project: 'packages/app', chosen });
  expect(asked[0]!.lock).toEqual({ path: 'pylock.toml', text: 'the lock', project: 'tool', root: 'packages/app', ...chosen });
  expect(requirements[0]).toBe('rich>=13 (pyproject.toml:4)');
  expect(asked[0]!.local.map(({ url }) => url)).toEqual(['built:tool-1-py3-none-any.whl']);
});

test('what the chosen groups ask for is asked for too', async () => {
  expect((await ask({ ...beside, groupRequirements: [found('flask', 'pyproject.toml', 9)] })).requirements.at(-1)).toBe('flask (pyproject.toml:9)');
});

test('a path dependency is asked for by its name, where it came with the project', async () => {
  const locals = [{ name: 'lib-one', ...backend }] as Analysis['locals'];
  const requires = ['Lib_One[x] @ file:///project/lib ; os_name == "nt"', 'other @ file:///project/other'];
  expect((await ask({ ...beside, locals }, { requires })).requirements.slice(0, 2)).toEqual(['Lib_One[x] ; os_name == "nt" (tool-1-py3-none-any.whl)', 'other @ file:///project/other (tool-1-py3-none-any.whl)']);
});

test('a wheel that came with the project and is not packed is told of', async () => {
  const dropped = { filename: 'x-1-py3-none-any.whl', url: 'dropped:x-1-py3-none-any.whl', sha256: '1', size: 1, metadata: '' };
  const { asked, notices } = await ask(beside, { locals: [dropped] });
  expect(asked[0]!.local).toEqual([dropped]);
  expect(notices.join()).toMatch(/x-1-py3-none-any.whl came with the project and is not packed/);
});

test('the same question in one session is asked once', async () => {
  expect((await ask(beside, { times: 3 })).asked).toHaveLength(1);
});
