// Zipapps of tiny wheels, run by a real Python.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readZipapp } from '../../../src/artifact/inspect-zipapp';
import type { Prepared } from '../../../src/model/output';
import zipapp from '../../../src/outputs/zipapp';
import { movedMain } from '../../../src/outputs/zipapp/place-wheels';
import { makeTinyWheel } from '../../fixtures/wheels/make-tiny-wheel';
import { bundledPython, makeIngredients, makeWheelIngredient, type FakeOptions } from './fake-ingredients';

const folder = mkdtempSync(join(tmpdir(), 'terrarium-zipapp-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

const app = makeTinyWheel('fake', '1.0', { files: { 'fake.py': 'import sys\n\ndef main():\n    print("fake", *sys.argv[1:])\n    return 3\n' } });

async function plan(options: Partial<FakeOptions>): Promise<Prepared[]> {
  const planned = await zipapp.plan(makeIngredients({ app, ...options }));
  if (!planned.ok) throw new Error(JSON.stringify(planned.failure));
  return planned.value;
}

async function write(prepared: Prepared): Promise<string> {
  const joined = await zipapp.assemble(prepared);
  if (!joined.ok) throw new Error(JSON.stringify(joined.failure));
  const path = join(folder, `${++count}-${prepared.planned.name}`);
  writeFileSync(path, Buffer.from(await joined.value.arrayBuffer()));
  return path;
}

const make = async (options: Partial<FakeOptions>) => write((await plan(options))[0]!);

function run(path: string, words: string[] = [], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(bundledPython, [path, ...words], { encoding: 'utf8', env: { ...process.env, TERRARIUM_CACHE: join(folder, 'cache'), ...env } });
  return { status, stdout, stderr };
}

const pathsIn = async (path: string) => (await readZipapp(new Blob([readFileSync(path)]))).entries.map((entry) => entry.path);

describe('a pure project', () => {
  test('gets its arguments and gives its exit code', async () => {
    expect(run(await make({}), ['a', 'b c'])).toEqual({ status: 3, stdout: 'fake a b c\n', stderr: '' });
  });

  test('imports its dependencies and finds their metadata', async () => {
    const wheels = [makeWheelIngredient(makeTinyWheel('helper', '2.5', { files: { 'helper/__init__.py': '', 'helper/words.txt': 'hello' } }))];
    const main = makeTinyWheel('fake', '1.0', { files: { 'fake.py': 'def main():\n    import importlib.metadata as m, importlib.resources as r\n    print(m.version("helper"), m.version("fake"), r.files("helper").joinpath("words.txt").read_text())\n' } });
    expect(run(await make({ app: main, wheels }))).toEqual({ status: 0, stdout: '2.5 1.0 hello\n', stderr: '' });
  });

  test('starts by itself through its first line', async () => {
    const path = await make({ shebang: bundledPython });
    chmodSync(path, 0o755);
    expect(spawnSync(path, ['x'], { encoding: 'utf8' })).toMatchObject({ status: 3, stdout: 'fake x\n' });
    expect(readFileSync(path, 'latin1')).toMatch(new RegExp(`^#!${bundledPython}\nPK`));
  });

  test('has no first line where none is wanted, and one #! where it was given with it', async () => {
    expect(readFileSync(await make({ shebang: '' }), 'latin1').slice(0, 2)).toBe('PK');
    expect(readFileSync(await make({ shebang: '#!/usr/bin/python3' }), 'latin1')).toMatch(/^#!\/usr\/bin\/python3\nPK/);
  });

  test.each([
    ['a line end', '/usr/bin/python3\nprint(1)', /line end/], ['more than systems read', `/${'x'.repeat(253)}`, /256 bytes were found, the limit is 255/], ['a NUL', '/usr/bin/\0', /line end/],
  ])('refuses a first line with %s', async (_, shebang, message) => {
    expect(await zipapp.plan(makeIngredients({ app, shebang }))).toEqual({ ok: false, failure: { code: 'plan/unsupported', message: expect.stringMatching(message), notes: [expect.stringContaining('/usr/bin/env python3')] } });
  });

  test('is one file for all targets, the same twice', async () => {
    const [planned, ...more] = await plan({});
    expect(more).toEqual([]);
    expect(planned!.planned).toMatchObject({ output: 'zipapp', name: 'fake-1.0.pyz' });
    expect('target' in planned!.planned).toBe(false);
    expect(readFileSync(await make({})).equals(readFileSync(await make({})))).toBe(true);
  });

  test('names the Python that it needs and refuses an older one', async () => {
    const wheels = [makeWheelIngredient(makeTinyWheel('helper', '1.0'))];
    const text = async (options: Partial<FakeOptions>) => new TextDecoder().decode((await plan(options))[0]!.bytes.get('__main__.py') as Uint8Array);
    expect(await text({})).toContain('(3, 8)');
    expect(await text({ requiresPython: '>=3.12,<4' })).toContain('(3, 12)');
    expect(await text({ wheels })).toContain('(3, 14)');
    expect(run(await make({ requiresPython: '>=3.99' }))).toEqual({ status: 70, stdout: '', stderr: 'fake: needs Python 3.99 or newer; this is 3.14.\n' });
  });
});

describe('what starts', () => {
  test.each([
    ['a script at the top', 'tool.py', { kind: 'script', value: 'tool.py' }],
    ['a script in a folder, beside its modules', 'bin/tool.py', { kind: 'script', value: 'bin/tool.py' }],
    ['__main__.py at the top, whose place is the zipapp\'s', '__main__.py', { kind: 'script', value: movedMain }],
  ] as const)('%s', async (_, path, entry) => {
    const beside = `${path.slice(0, path.lastIndexOf('/') + 1)}beside.py`;
    const own = makeTinyWheel('fake', '1.0', { files: { [path]: 'import beside\nif __name__ == "__main__":\n    print(beside.word)\n', [beside]: 'word = "beside"\n' } });
    expect(run(await make({ app: own, entry }))).toEqual({ status: 0, stdout: 'beside\n', stderr: '' });
  });

  test('a package with __main__.py', async () => {
    const own = makeTinyWheel('fake', '1.0', { files: { 'pkg/__init__.py': '', 'pkg/__main__.py': 'from . import part\nprint(__package__, part.word)\n', 'pkg/part.py': 'word = 1\n' } });
    expect(run(await make({ app: own, entry: { kind: 'module', value: 'pkg' } }))).toEqual({ status: 0, stdout: 'pkg 1\n', stderr: '' });
  });

  test('a module that is no package, under the name by which the zipapp was called', async () => {
    const own = makeTinyWheel('fake', '1.0', { files: { 'pkg/__init__.py': '', 'pkg/tool.py': 'import sys\nfrom . import part\nprint(__name__, __package__, part.word, sys.argv)\n', 'pkg/part.py': 'word = 1\n' } });
    const path = await make({ app: own, entry: { kind: 'module', value: 'pkg.tool' } });
    expect(run(path, ['x'])).toEqual({ status: 0, stdout: `__main__ pkg 1 ['${path}', 'x']\n`, stderr: '' });
  });

  test('an attribute of an object', async () => {
    const own = makeTinyWheel('fake', '1.0', { files: { 'fake.py': 'class App:\n    @staticmethod\n    def run():\n        return "said on standard error"\n' } });
    expect(run(await make({ app: own, entry: { value: 'fake:App.run' } }))).toEqual({ status: 1, stdout: '', stderr: 'said on standard error\n' });
  });
});

describe('wheels that meet at one place', () => {
  const spaced = (name: string) => makeWheelIngredient(makeTinyWheel(name, '1.0', { files: { 'space/__init__.py': '__path__ = __import__("pkgutil").extend_path(__path__, __name__)\n', [`space/${name}.py`]: `word = "${name}"\n` } }));

  test('share a namespace package of old style', async () => {
    const main = makeTinyWheel('fake', '1.0', { files: { 'fake.py': 'def main():\n    from space import aa, bb\n    print(aa.word, bb.word)\n' } });
    const path = await make({ app: main, wheels: [spaced('aa'), spaced('bb')] });
    expect(run(path)).toEqual({ status: 0, stdout: 'aa bb\n', stderr: '' });
    expect((await pathsIn(path)).filter((one) => one === 'space/__init__.py')).toHaveLength(1);
  });

  test('leave the app its own files', async () => {
    const other = makeWheelIngredient(makeTinyWheel('other', '1.0', { files: { 'fake.py': 'raise SystemExit("the wrong one")\n', '__main__.py': 'raise SystemExit("the wrong one")\n' } }));
    expect(run(await make({ wheels: [other] }))).toMatchObject({ status: 3, stdout: 'fake\n' });
  });

  test.each([
    ['a name that differs in case only', 'Fake.py'],
    ['a file where a folder is', 'fake.py/x.py'],
  ])('leave the app its own files for %s, as executables do', async (_, taken) => {
    const wheel = makeWheelIngredient(makeTinyWheel('other', '1.0', { files: { [taken]: '', 'other.py': '' } }));
    const path = await make({ wheels: [wheel] });
    expect(run(path)).toMatchObject({ status: 3, stdout: 'fake\n' });
    const paths = await pathsIn(path);
    expect(paths).toContain('other.py');
    expect(paths).not.toContain(taken);
  });
});

test('puts the libraries of .data schemes at the top and leaves scripts and headers out', async () => {
  const wheel = makeTinyWheel('helper', '1.0', {
    files: { 'helper-1.0.data/purelib/pure.py': 'word = "pure"\n', 'helper-1.0.data/platlib/plat.py': 'word = "plat"\n', 'helper-1.0.data/scripts/run': '#!python\n', 'helper-1.0.data/headers/h.h': '', 'helper-1.0.data/data/share/x.txt': '' },
  });
  const main = makeTinyWheel('fake', '1.0', { files: { 'fake.py': 'def main():\n    import pure, plat\n    print(pure.word, plat.word)\n' } });
  const path = await make({ app: main, wheels: [makeWheelIngredient(wheel)] });
  expect(run(path)).toEqual({ status: 0, stdout: 'pure plat\n', stderr: '' });
  expect((await pathsIn(path)).filter((one) => /^(pure|plat|run|h\.h|share)|\.data\//.test(one)).sort()).toEqual(['plat.py', 'pure.py', 'share/x.txt']);
});

describe('what cannot run from an archive', () => {
  const reads = makeTinyWheel('fake', '1.0', { files: { 'fake.py': 'import os\n\ndef main():\n    with open(os.path.join(os.path.dirname(__file__), "words.txt")) as file:\n        print(file.read(), __file__)\n', 'words.txt': 'hello' } });

  test('unpacks itself once, says so beforehand, and runs from there', async () => {
    const options = { app: reads, fileUses: [{ path: 'fake.py', line: 4 }] };
    expect((await plan(options))[0]!.notices).toEqual([expect.stringMatching(/unpacks itself.*fake\.py:4 asks where its file lies/)]);
    const path = await make(options);
    const cache = join(folder, 'own-cache');
    const first = run(path, [], { TERRARIUM_CACHE: cache });
    expect(first, first.stderr).toMatchObject({ status: 0, stdout: expect.stringMatching(/^hello .*own-cache.*fake\.py\n$/) });
    expect(run(path, [], { TERRARIUM_CACHE: cache })).toEqual(first);
    expect(readdirSync(join(cache, 'terrarium', 'zipapps'))).toHaveLength(1);
  });

  test.each([['a dependency', true], ['a project that is a wheel', false]])('%s that opens files beside itself makes it unpack', async (_, dependency) => {
    const files = { 'helper.py': 'word = open(__file__[:-9] + "words.txt").read()\n', 'words.txt': 'hello' };
    const main = { 'fake.py': 'def main():\n    import helper\n    print(helper.word)\n' };
    const own = makeTinyWheel('fake', '1.0', { files: dependency ? main : { ...main, ...files } });
    const options = dependency
      ? { app: own, wheels: [makeWheelIngredient(makeTinyWheel('helper', '1.0', { files }), { fileUses: ['site/helper.py'] })] }
      : { app: own, appFrame: { fileUses: ['app/helper.py'] } };
    expect((await plan(options))[0]!.notices).toEqual([expect.stringMatching(/unpacks itself.*: helper\.py asks where/)]);
    expect(run(await make(options))).toEqual({ status: 0, stdout: 'hello\n', stderr: '' });
  });

  test('starts its own __main__.py from there too', async () => {
    const own = makeTinyWheel('fake', '1.0', { files: { '__main__.py': 'print("mine")\n' } });
    expect(run(await make({ app: own, entry: { kind: 'script', value: movedMain }, fileUses: [{ path: 'x.py', line: 1 }] }))).toEqual({ status: 0, stdout: 'mine\n', stderr: '' });
  });

  test('is told where the cache cannot be written', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const ended = run(await make({ app: reads, fileUses: [{ path: 'fake.py', line: 4 }] }), [], { TERRARIUM_CACHE: join(folder, 'a-file') });
    expect(ended).toMatchObject({ status: 70, stdout: '', stderr: expect.stringMatching(/^fake: cannot unpack to .*Set TERRARIUM_CACHE.*\n$/) });
  });

  test('is one file per target with native code, refused where it was not made for', async () => {
    const native = (target: string) => [makeWheelIngredient(makeTinyWheel('native', '1.0', { tag: `cp314-cp314-${target.startsWith('linux') ? 'manylinux_2_28_x86_64' : 'win_amd64'}`, files: { 'native.py': 'word = "native"\n' } }))];
    const planned = await plan({ wheels: native, targets: ['linux-x86_64', 'windows-x86_64'] });
    expect(planned.map(({ planned }) => planned.name)).toEqual(['fake-1.0-linux-x86_64.pyz', 'fake-1.0-windows-x86_64.pyz']);
    expect(run(await write(planned[0]!))).toMatchObject({ status: 3, stdout: 'fake\n', stderr: '' });
    expect(run(await write(planned[1]!))).toMatchObject({ status: 70, stdout: '', stderr: expect.stringMatching(/^fake: has parts built for Windows/) });
  });

  test('holds for native code that a wheel called pure brings', async () => {
    const sly = makeWheelIngredient(makeTinyWheel('sly', '1.0'), { native: ['sly.so'] });
    expect((await plan({ wheels: [sly], targets: ['linux-x86_64'] }))[0]!.planned.name).toBe('fake-1.0-linux-x86_64.pyz');
  });
});

test('leaves nothing beside the archive', async () => {
  const path = await make({});
  run(path);
  expect(existsSync(join(folder, '__pycache__'))).toBe(false);
});
