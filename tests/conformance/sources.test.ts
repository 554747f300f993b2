// Dependencies of which only the source is published: built here once, the same everywhere, or refused before anything of them runs.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startIndexServer, type IndexServer } from '../index-server/start-index-server';
import { makeCache, runners, runOn } from '../platforms/run-artifact';
import { pathOf, terrarium, type Result } from '../platforms/terrarium';

const folder = mkdtempSync(join(tmpdir(), 'terrarium-sources-'));
const stores = ['one', 'two'].map((name) => join(folder, `store-${name}`));
const cache = makeCache();
const backends = readFiles(['setuptools-84.2.1-py3-none-any.whl', 'flit_core-4.2.0-py3-none-any.whl']);
let index: IndexServer;
let first: Result;

function readFiles(names: string[]): Record<string, Uint8Array> {
  const url = new URL('../../.build/index-files/', import.meta.url);
  return Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(new URL(name, url)))]));
}

function makeTar(stem: string, files: Record<string, string>): Uint8Array {
  for (const [path, text] of Object.entries(files)) {
    const full = join(folder, 'sources', stem, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
  return new Uint8Array(execFileSync('tar', ['-cz', '-C', join(folder, 'sources'), stem]));
}

const makeZip = (stem: string, files: Record<string, string>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${stem}/${path}`, strToU8(text)])));

const setup = (text: string) => `from setuptools import setup\nsetup(${text})\n`;
const sdists: Record<string, Uint8Array> = {
  // As before PEP 518: a setup.py alone, and metadata that promises nothing.
  'legacy-1.0.tar.gz': makeTar('legacy-1.0', {
    'setup.py': setup('name="legacy", version="1.0", py_modules=["legacy"], install_requires=["leafy>=2", "winonly; sys_platform==\'win32\'"]'),
    'PKG-INFO': 'Metadata-Version: 1.1\nName: legacy\nVersion: 1.0\n', 'legacy.py': 'import leafy\nword = leafy.word\n',
  }),
  'leafy-2.0.zip': makeZip('leafy-2.0', { 'setup.py': setup('name="leafy", version="2.0", py_modules=["leafy"]'), 'leafy.py': 'word = "built"\n' }),
  // As before environment markers: what it needs depends on where it is built.
  'choosy-1.0.tar.gz': makeTar('choosy-1.0', {
    'setup.py': `import sys\nfrom setuptools import setup\nsetup(name="choosy", version="1.0", py_modules=["choosy"], install_requires=["leafy"] if sys.platform == "linux" else ["winonly"])\n`, 'choosy.py': '',
  }),
  'winonly-1.0.tar.gz': makeTar('winonly-1.0', {
    'pyproject.toml': '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n[project]\nname = "winonly"\nversion = "1.0"\nrequires-python = ">=3"\ndescription = "d"\n',
    'PKG-INFO': 'Metadata-Version: 2.4\nName: winonly\nVersion: 1.0\n', 'winonly.py': '"""Doc."""\n',
  }),
  'compiled-1.0.tar.gz': makeTar('compiled-1.0', {
    'setup.py': 'from setuptools import setup, Extension\nraise SystemExit("this must not run")\nsetup(name="compiled", ext_modules=[Extension("c", ["c.c"])])\n', 'c.c': '',
  }),
  'circle-1.0.tar.gz': makeTar('circle-1.0', { 'pyproject.toml': '[build-system]\nrequires = ["circle"]\nbuild-backend = "circle"\n', 'circle.py': '' }),
  'broken-1.0.tar.gz': makeTar('broken-1.0', { 'setup.py': 'print "Python 2"\n' }),
  'liar-1.0.tar.gz': makeTar('liar-1.0', { 'setup.py': setup('name="other", version="7"') }),
  'altered-1.0.tar.gz': makeTar('altered-1.0', { 'setup.py': setup('name="altered", version="1.0"') }),
};

function build(requirements: string[], { store = stores[0]!, beside = {} as Record<string, string> } = {}): Promise<Result> {
  const project = mkdtempSync(join(folder, 'project-'));
  writeFileSync(join(project, 'app.py'), `# /// script\n# dependencies = ${JSON.stringify(requirements)}\n# ///\nif __name__ == "__main__":\n    import legacy\n    print(legacy.word)\n`);
  for (const [name, from] of Object.entries(beside)) copyFileSync(from, join(project, name));
  return terrarium(['build', project, '--name', 'app', '--index', index.url, '--out', join(project, 'out'), '--target', 'linux-x86_64,windows-x86_64', '--output', 'executable'], { TERRARIUM_STORE: store });
}

beforeAll(async () => {
  index = await startIndexServer({
    files: { ...backends, ...sdists },
    edit: (file) => (file.filename.startsWith('altered') ? { ...file, hashes: { sha256: '0'.repeat(64) } } : file),
  });
  first = await build(['legacy']);
}, 120_000);
afterAll(async () => {
  await index.close();
  for (const one of [folder, cache]) rmSync(one, { recursive: true, force: true });
});

const requested = (part: string) => index.requests.filter(({ path }) => path.includes(part));
const digest = (name: string) => createHash('sha256').update(sdists[name]!).digest('hex');

test('what it needs is known by building it, and each of them is marked as built here (W30)', () => {
  expect(first.failure).toBeUndefined();
  const built = Object.fromEntries(first.built!.resolution.distributions.map(({ name, wheels }) => [name, Object.entries(wheels).map(([id, wheel]) => [id, wheel.filename, wheel.built?.sha256])]));
  expect(built).toEqual({
    legacy: ['linux-x86_64', 'windows-x86_64'].map((id) => [id, 'legacy-1.0-py3-none-any.whl', digest('legacy-1.0.tar.gz')]),
    leafy: ['linux-x86_64', 'windows-x86_64'].map((id) => [id, 'leafy-2.0-py3-none-any.whl', digest('leafy-2.0.zip')]),
    winonly: [['windows-x86_64', 'winonly-1.0-py3-none-any.whl', digest('winonly-1.0.tar.gz')]],
  });
  expect(first.built!.notices.join('\n')).toContain('legacy 1.0 is built here from its source archive legacy-1.0.tar.gz');
});

test('a setup.py that looks at the platform sees Linux, and a line says what it would ask for elsewhere', async () => {
  const expected = ['Windows', 'macOS'].map((label) => expect.stringContaining(`setup.py of choosy 1.0 asks on ${label} also for winonly and not for leafy`));
  for (const time of ['built', 'kept']) {
    const { built } = await build(['choosy', 'legacy']);
    expect(built!.resolution.distributions.map(({ name }) => name), time).toEqual(['choosy', 'leafy', 'legacy', 'winonly']);
    expect(built!.notices, time).toEqual(expect.arrayContaining(expected));
  }
}, 120_000);

test.skipIf(runners['linux-x86_64']!.missing)('the executable has it', async () => {
  expect(await runOn('linux-x86_64', pathOf(first, 'executable', 'linux-x86_64'), [], cache)).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' });
});

test('the lock names the source archive and its hash; with it the next build needs no index', async () => {
  expect(first.built!.plan.lock).toContain(`sdist = { name = "leafy-2.0.zip", url = "${index.origin}`);
  expect(first.built!.plan.lock).toContain(digest('leafy-2.0.zip'));
  const lock = join(folder, 'pylock.toml');
  writeFileSync(lock, first.built!.plan.lock);
  const before = index.requests.length;
  const again = await build([], { beside: { 'pylock.toml': lock } });
  expect(again.failure).toBeUndefined();
  expect(again.built!.resolution.distributions.map(({ wheels }) => wheels)).toEqual(first.built!.resolution.distributions.map(({ wheels }) => wheels));
  expect(index.requests.length).toBe(before);
});

test('another store gives the same bytes, and the same once more from the store', async () => {
  const other = await build(['legacy'], { store: stores[1]! });
  const digests = ({ built }: Result) => built!.artifacts.map(({ sha256 }) => sha256);
  expect(digests(other)).toEqual(digests(first));
  expect(requested('legacy-1.0.tar.gz')).toHaveLength(2);
  expect(digests(await build(['legacy'], { store: stores[1]! }))).toEqual(digests(first));
  expect(requested('legacy-1.0.tar.gz')).toHaveLength(2);
}, 120_000);

test('one that needs a compiler is refused by the file that shows it, and nothing of it has run', async () => {
  const { failure } = await build(['compiled']);
  expect(failure).toMatchObject({ code: 'resolution/no-wheel', message: expect.stringContaining('compiled 1.0 cannot be used: its source archive is not pure Python: setup.py:3 declares ext_modules') });
  expect(failure!.notes.join('\n')).toMatch(/no compiler here: build a wheel of it elsewhere and drop it/);
  expect(failure!.coverage!.gaps.map(({ target, kind }) => [target, kind])).toEqual([['linux-x86_64', 'compiler'], ['windows-x86_64', 'compiler']]);
});

test.each<[string, string, string, RegExp]>([
  ['one that is needed to build itself', 'circle', 'build/unsupported', /Building circle 1\.0: what it is built with needs circle 1\.0 itself/],
  ['one whose build breaks', 'broken', 'build/failed', /Building broken 1\.0 with setuptools.*SyntaxError/],
  ['one that builds something else', 'liar', 'resolution/no-wheel', /its metadata says that it is other 7/],
  ['one that is not what the index promised', 'altered', 'supply/wrong-hash', /altered-1\.0\.tar\.gz/],
])('%s is refused', async (_, name, code, message) => {
  const { failure } = await build([name]);
  expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
});
