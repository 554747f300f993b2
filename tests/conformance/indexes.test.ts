// Indexes on the command line: order, credentials of three kinds, sources of the project, a cut-off date, folders of the project.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startIndexServer, type IndexServer } from '../index-server/start-index-server';
import { makeCache, runners, runOn } from '../platforms/run-artifact';
import { pathOf, terrarium, type Result } from '../platforms/terrarium';
import { makeWheel } from '../unit/supply/make-wheel';

const folder = mkdtempSync(join(tmpdir(), 'terrarium-indexes-'));
let store: string;
const cache = makeCache();
const password = 'pass:wörd%41';
const authorization = `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;
let corp: IndexServer;
let open: IndexServer;

beforeAll(async () => {
  const [inner, innerToo, outer, later] = [await makeWheel('inner', '1.0'), await makeWheel('inner', '9.0'), await makeWheel('outer', '1.0', { requires: ['inner'] }), await makeWheel('outer', '2.0')];
  const flit = 'flit_core-4.2.0-py3-none-any.whl';
  corp = await startIndexServer({ files: { [inner.filename]: inner.bytes }, authorization });
  open = await startIndexServer({
    files: { [innerToo.filename]: innerToo.bytes, [outer.filename]: outer.bytes, [later.filename]: later.bytes, [flit]: readFileSync(new URL(`../../.build/index-files/${flit}`, import.meta.url)) },
    edit: (file) => ({ ...file, 'upload-time': file.filename.startsWith('outer-2') ? '2026-05-01T00:00:00Z' : '2025-05-01T00:00:00Z' }),
  });
});
beforeEach(() => {
  corp.requests.length = open.requests.length = 0;
  store = mkdtempSync(join(folder, 'store-'));
});
afterAll(async () => {
  await Promise.all([corp.close(), open.close()]);
  for (const path of [folder, cache]) rmSync(path, { recursive: true, force: true });
});

function write(files: Record<string, string>): string {
  const project = mkdtempSync(join(folder, 'project-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  return project;
}

const main = 'if __name__ == "__main__":\n    print("started")\n';
const script = (requirements: string[]) => ({ 'app.py': `# /// script\n# dependencies = ${JSON.stringify(requirements)}\n# ///\n${main}` });

/** The public index comes last, as one that was named: nothing here asks a network. */
function build(files: Record<string, string>, words: string[], env: Record<string, string> = {}): Promise<Result> {
  const project = write(files);
  return terrarium(['build', project, '--target', 'linux-x86_64', '--out', join(project, 'out'), ...words], { TERRARIUM_STORE: store, NETRC: join(folder, 'none'), ...env });
}

const versions = ({ built, failure }: Result) => failure?.message ?? Object.fromEntries(built!.resolution.distributions.map(({ name, version }) => [name, version]));
const asked = (server: IndexServer) => [...new Set(server.requests.filter(({ path }) => path.startsWith('/simple/')).map(({ path }) => path.split('/')[2]))].sort();
const credentials = { TERRARIUM_INDEX_CORP_USERNAME: 'ann', TERRARIUM_INDEX_CORP_PASSWORD: password };

function* walk(path: string): Generator<string> {
  if (!statSync(path).isDirectory()) yield path;
  else for (const name of readdirSync(path)) yield* walk(join(path, name));
}

describe('credentials', () => {
  const netrc = join(folder, 'netrc');
  beforeAll(() => writeFileSync(netrc, `# mine\nmachine other.example login eve password x\nmachine 127.0.0.1\n  login ann\n  password ${password}\ndefault login anybody password y\n`));

  test.each<[string, () => string, Record<string, string>]>([
    ['of the environment', () => `corp=${corp.url}`, credentials],
    ['in the address', () => `corp=${corp.url.replace('//', `//ann:${encodeURIComponent(password)}@`)}`, {}],
    ['of .netrc', () => corp.url, { NETRC: netrc }],
  ])('%s reach the index, and nothing that is written or said', async (_, index, env) => {
    const result = await build(script(['inner']), ['--index', index(), '--index', `open=${open.url}`], env);
    expect(versions(result)).toEqual({ inner: '1.0' });
    expect(corp.requests.every(({ headers }) => headers.authorization === authorization)).toBe(true);
    const files = [...walk(folder)].filter((path) => path !== netrc);
    expect(files.some((path) => path.startsWith(store)) && files.some((path) => path.endsWith('pylock.toml'))).toBe(true);
    for (const secret of [password, encodeURIComponent(password), authorization.slice(6)]) {
      expect(JSON.stringify(result)).not.toContain(secret);
      expect(files.filter((path) => readFileSync(path, 'latin1').includes(Buffer.from(secret).toString('latin1')))).toEqual([]);
    }
  }, 60_000);

  test('that are missing stop the build: the next index is not asked', async () => {
    const { failure } = await build(script(['absent']), ['--index', `corp=${corp.url}`, '--index', `open=${open.url}`], { TERRARIUM_INDEX_OPEN_PASSWORD: password });
    expect(failure).toMatchObject({ code: 'supply/refused', message: expect.stringContaining('the answer was 401') });
    expect(failure!.notes.join('\n')).toMatch(/TERRARIUM_INDEX_<NAME>_USERNAME[^]*It is the index corp/);
    expect(open.requests).toEqual([]);
  });

  test('are not written by init', async () => {
    const project = write(script(['inner']));
    const address = `corp=https://ann:${encodeURIComponent(password)}@corp.example/simple/`;
    const result = await terrarium(['init', project, '--index', address, '--index', 'configured', '--named-index', 'cuda=https://cuda.example/', '--from', 'torch=cuda', '--uploaded-prior-to', '2026-01-31'], credentials);
    expect(readFileSync(join(project, 'pyproject.toml'), 'utf8')).toBe('[tool.terrarium]\nindexes = ["corp=https://corp.example/simple/", "configured"]\nnamed-indexes = ["cuda=https://cuda.example/"]\nfrom = { "torch" = "cuda" }\nuploaded-prior-to = "2026-01-31"\n');
    expect(JSON.stringify(result)).not.toContain(encodeURIComponent(password));
    expect(await terrarium(['init', project, '--index', corp.url])).toMatchObject({ code: 1, failure: { message: expect.stringContaining('is not at an https address') } });
  });
});

describe('which index has what', () => {
  test('the first that has a name wins, although a later one has a newer version', async () => {
    expect(versions(await build(script(['outer==1.0']), ['--index', `corp=${corp.url}`, '--index', `open=${open.url}`], credentials))).toEqual({ inner: '1.0', outer: '1.0' });
    expect(asked(corp)).toEqual(['inner', 'outer']);
    expect(asked(open)).toEqual(['outer']);
  });

  test('a name is taken from the one that was named for it, and the lock says from which', async () => {
    const result = await build(script(['outer==1.0']), ['--index', `open=${open.url}`, '--named-index', `corp=${corp.url}`, '--from', 'inner=corp'], credentials);
    expect(versions(result)).toEqual({ inner: '1.0', outer: '1.0' });
    expect([asked(corp), asked(open)]).toEqual([['inner'], ['outer']]);
    expect(result.built!.plan.lock).toContain(`name = "inner"\nversion = "1.0"\nindex = "${corp.url}"`);
    expect(result.built!.notices).toContain('inner was taken from the index corp, as it was to be; no other was asked for it.');
  });

  const sources = (url: string) => ({
    'pyproject.toml': `[project]\nname = "app"\nversion = "1"\ndescription = "d"\ndependencies = ["inner"]\n[project.scripts]\napp = "app:main"\n[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n[tool.uv.sources]\ninner = { index = "corp" }\n[[tool.uv.index]]\nname = "corp"\nurl = "${url}"\nexplicit = true\n`,
    'app.py': '"""App."""\n\n\ndef main():\n    print("started")\n',
  });

  test('a source of uv is followed, where the user says the address with the user’s credentials', async () => {
    const result = await build(sources('https://elsewhere.example/simple/'), ['--index', `open=${open.url}`, '--named-index', `corp=${corp.url}`], credentials);
    expect(versions(result)).toEqual({ inner: '1.0' });
    expect([asked(corp), asked(open).includes('inner')]).toEqual([['inner'], false]);
  });

  test('the project’s own address gets no credentials of that name: one in this machine is not even asked', async () => {
    const { failure } = await build(sources(corp.url), ['--index', `open=${open.url}`], credentials);
    expect(failure).toMatchObject({ code: 'supply/refused', message: expect.stringContaining('the project names the index corp') });
    expect([corp.requests, open.requests]).toEqual([[], []]);
  });
});

test('a cut-off date hides what is younger, build requirements included, and stands in the lock', async () => {
  const words = ['--index', `open=${open.url}`, '--uploaded-prior-to'];
  const result = await build(script(['outer']), [...words, '2026-05-01']);
  expect(versions(result)).toEqual({ inner: '9.0', outer: '1.0' });
  expect(result.built!.plan.lock).toContain('[tool.terrarium]\nuploaded-prior-to = "2026-05-01T00:00:00Z"');
  expect(versions(await build(script(['outer']), [...words, '2026-05-01T00:00:01Z']))).toEqual({ outer: '2.0' });
  expect(await build(script(['outer']), [...words, 'May'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--uploaded-prior-to takes a date') });
});

test('requirements.txt may name a folder of the project, which is built and packed without asking for its name', async () => {
  const library = '[project]\nname = "inner"\nversion = "3"\ndescription = "d"\nrequires-python = ">=3"\n[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n';
  const files = { 'app.py': `import inner\nif __name__ == "__main__":\n    print(inner.word)\n`, 'requirements.txt': 'outer==1.0\n-e ./lib\n', 'lib/pyproject.toml': library, 'lib/inner.py': '"""Inner."""\nword = "ours"\n' };
  const result = await build(files, ['--index', `open=${open.url}`]);
  expect(versions(result)).toEqual({ inner: '3', outer: '1.0' });
  expect(asked(open)).toEqual(['flit-core', 'outer']);
  if (runners['linux-x86_64']!.missing === undefined) expect(await runOn('linux-x86_64', pathOf(result, 'executable', 'linux-x86_64'), [], cache)).toMatchObject({ code: 0, stdout: 'ours\n' });
}, 60_000);
