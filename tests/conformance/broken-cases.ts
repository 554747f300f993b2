// Everything that a person or an index can hand over wrong, as data: what is given, and the one failure that must come of it.
import { strToU8, zipSync } from 'fflate';
import type { FailureCode } from '../../src/model/failure';
import { makeZip } from '../fixtures/broken/make-zip';
import { makeTinyWheel } from '../fixtures/wheels/make-tiny-wheel';
import type { Fault } from '../index-server/faults';

export interface BrokenCase {
  title: string;
  /** A folder (text by path), one file (name and bytes), or nothing there at all. */
  input: Record<string, string> | { name: string; bytes: Uint8Array } | undefined;
  words?: string[];
  faults?: Fault[];
  /** The index: as it is, or a port where nobody listens. */
  gone?: boolean;
  code: FailureCode;
  message: RegExp;
  /** One of the notes: where, or what to do next. */
  notes: RegExp;
}

const main = 'print("hello")\n';
const project = (lines: string[] = [], more: Record<string, string> = {}): Record<string, string> => ({
  'pyproject.toml': ['[project]', 'name = "broken"', 'version = "1.0"', ...lines, ''].join('\n'),
  'broken.py': 'import helper\n\n\ndef main():\n    print("hello")\n\nif __name__ == "__main__":\n    main()\n',
  'helper.py': '',
  ...more,
});
const needs = (...requirements: string[]) => project([`dependencies = ${JSON.stringify(requirements)}`]);
const file = (name: string, bytes: Uint8Array | string) => ({ name, bytes: typeof bytes === 'string' ? strToU8(bytes) : bytes });
const goodZip = zipSync({ 'app.py': strToU8('if __name__ == "__main__":\n    print("hello")\n'.repeat(20)) });
const wheel = (record: (text: string) => string) => {
  const { filename, bytes } = makeTinyWheel('dropped', '1.0', { files: { 'dropped/__init__.py': '', 'dropped/__main__.py': main }, record });
  return file(filename, bytes);
};

/** What the index of these tests has. */
export function makeIndexFiles(): Record<string, Uint8Array> {
  const wheels = [
    makeTinyWheel('plain', '1.0'), makeTinyWheel('plain', '2.0'),
    makeTinyWheel('wants_old', '1.0', { requires: ['plain<2'] }),
    makeTinyWheel('altered', '1.0'),
    makeTinyWheel('only_windows', '1.0', { tag: 'cp314-cp314-win_amd64' }),
    makeTinyWheel('newer_python', '1.0', { requiresPython: '>=3.15' }),
    makeTinyWheel('wrong_record', '1.0', { record: (text) => text.replace(/sha256=.{6}/, 'sha256=AAAAAA') }),
    makeTinyWheel('heavy', '1.0', { files: Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`heavy/m${at}.py`, `value = ${at}\n${'def f(a, b=[1, 2]):\n    return [x for x in a if x in b]\n'.repeat(400)}`])) }),
    makeTinyWheel('wants_missing', '1.0', { requires: ['not-there>=3'] }),
  ];
  return { ...Object.fromEntries(wheels.map(({ filename, bytes }) => [filename, bytes])), 'only_source-1.0.tar.gz': new Uint8Array([31, 139]) };
}

export const archives: BrokenCase[] = [
  { title: 'a path where nothing is', input: undefined, code: 'project/unreadable', message: /There is no file or folder/, notes: /folder, a \.zip/ },
  { title: 'an empty folder', input: {}, code: 'project/empty', message: /no file to pack/, notes: /Python/ },
  { title: 'a folder without any Python', input: { 'readme.txt': 'words' }, code: 'project/empty', message: /found no Python file and no metadata/, notes: /\.py/ },
  { title: 'an empty file', input: file('app.zip', ''), code: 'project/unreadable', message: /app\.zip is empty/, notes: /\.zip/ },
  { title: 'a file of another kind', input: file('photo.jpg', 'JFIF'), code: 'project/unreadable', message: /not of a kind/, notes: /Drop a folder/ },
  { title: 'a zip that is none', input: file('app.zip', 'this is no zip '.repeat(20)), code: 'project/unreadable', message: /Cannot read app\.zip.*no end record/, notes: /zip/ },
  { title: 'a zip that was cut', input: file('app.zip', goodZip.subarray(0, goodZip.length - 30)), code: 'project/unreadable', message: /Cannot read app\.zip/, notes: /again/ },
  { title: 'a zip with an entry above its folder', input: file('app.zip', makeZip([{ name: '../escape.py', content: main }])), code: 'project/unsafe-entry', message: /\.\.\/escape\.py/, notes: /zip/ },
  { title: 'a zip over a limit that was set', input: file('app.zip', makeZip([{ name: 'app.py', content: main }, { name: 'b.py', content: main }])), words: ['--limit', 'members=1'], code: 'project/too-large', message: /announces 2 members, the limit is 1 \(members\)/, notes: /--limit members=2/ },
  { title: 'a notebook over a limit that Python sees to', input: file('app.ipynb', JSON.stringify({ nbformat: 4, metadata: {}, cells: [1, 2].map(() => ({ cell_type: 'code', source: main })) })), words: ['--limit', 'cells=1'], code: 'project/too-large', message: /found 2 cells, the limit is 1 \(cells\)/, notes: /--limit cells=2/ },
  { title: 'an answer of the index over a limit that the project set', input: { ...project(), 'pyproject.toml': `[project]\nname = "a"\nversion = "1"\ndependencies = ["plain"]\n[tool.terrarium]\nlimits = { listing = 10 }\n` }, code: 'supply/bad-answer', message: /listing of plain.*over the limit of 10 \(listing\)/, notes: /limits = \{ listing = / },
  { title: 'a zip with a password', input: file('app.zip', makeZip([{ name: 'app.py', content: main, flags: 1 }])), code: 'project/unreadable', message: /encrypted/, notes: /without a password/ },
  { title: 'a .tar.gz that was cut', input: file('app-1.0.tar.gz', new Uint8Array([31, 139, 8, 0, 0])), code: 'project/unreadable', message: /Cannot read app-1\.0\.tar\.gz/, notes: /again/ },
  { title: 'a .pyz', input: file('app.pyz', goodZip), code: 'project/unreadable', message: /not of a kind/, notes: /drop the project/ },
  { title: 'a wheel whose name says nothing', input: file('app.whl', goodZip), code: 'wheel/invalid', message: /app\.whl.*expected `name-version/, notes: /take another file/ },
  { title: 'a wheel whose RECORD has another hash', input: wheel((text) => text.replace(/sha256=.{6}/, 'sha256=AAAAAA')), code: 'wheel/invalid', message: /dropped\/__init__\.py.*its RECORD says/, notes: /another version/ },
  { title: 'a wheel whose RECORD leaves a file out', input: wheel((text) => text.replace(/^.*__main__.*\n/m, '')), code: 'wheel/invalid', message: /__main__\.py.*not in its RECORD/, notes: /another version/ },
];

export const projects: BrokenCase[] = [
  { title: 'a pyproject.toml that is no TOML', input: { ...project(), 'pyproject.toml': '[project]\nname = "a"\nversion = \n' }, code: 'project/bad-metadata', message: /not valid TOML/, notes: /^pyproject\.toml:3$/ },
  { title: 'a requirement that is none', input: needs('plain >>> 3'), code: 'project/bad-metadata', message: /plain >>> 3/, notes: /pyproject\.toml:4/ },
  { title: 'a project with nothing to start', input: { 'words/__init__.py': 'x = 1\n' }, code: 'project/no-entry', message: /Nothing to start/, notes: /project\.scripts/ },
  { title: 'an entry that is not there', input: project(), words: ['--entry', 'other'], code: 'project/no-entry', message: /no entry called other/, notes: /package\.module:function/ },
  { title: 'setup.py with a C extension', input: { 'setup.py': 'from setuptools import setup, Extension\nsetup(name="fast", version="1", ext_modules=[Extension("fast", ["fast.c"])])\n', 'fast.c': '' }, code: 'project/needs-compiler', message: /setup\.py:2 declares ext_modules/, notes: /^Drop a wheel/ },
  { title: 'Cython sources', input: project(['[build-system]', 'requires = ["setuptools"]'], { 'fast.pyx': 'cdef int x = 1\n' }), code: 'project/needs-compiler', message: /fast\.pyx is Cython source/, notes: /^Drop a wheel/ },
  { title: 'a Python that the project excludes', input: project(['requires-python = ">=3.15"']), code: 'resolution/conflict', message: />=3\.15.*3\.14/, notes: /another Python|requires-python/ },
  { title: 'an extra that is not there', input: project(), words: ['--extra', 'plots'], code: 'project/needs-answer', message: /no extra 'plots', the project has none/, notes: /leave it out/ },
];

export const requirements: BrokenCase[] = [
  { title: 'two requirements that exclude each other', input: needs('plain>=2', 'wants-old'), code: 'resolution/conflict', message: /No version of plain suits everybody.*pyproject\.toml:4 requires `plain>=2`.*wants-old 1\.0 requires `plain<2`/, notes: /^pyproject\.toml:4 requires `wants-old` → wants-old 1\.0 requires `plain<2`/ },
  { title: 'a name that no index has', input: needs('not-there'), code: 'resolution/unknown-name', message: /not-there/, notes: /spelling/ },
  { title: 'a dependency of a dependency that no index has', input: needs('wants-missing'), code: 'resolution/unknown-name', message: /wants-missing 1\.0 requires `not-there>=3`/, notes: /pyproject\.toml:4/ },
  { title: 'a version that is not there', input: needs('plain>=9'), code: 'resolution/conflict', message: /No version of plain will do.*newest is 2\.0/, notes: /pyproject\.toml:4/ },
  { title: 'a dependency with sources only, in an archive that is broken', input: needs('only-source'), code: 'build/unsupported', message: /source archive only_source-1\.0\.tar\.gz: /, notes: /drop a wheel/ },
  { title: 'no wheel for one of the targets', input: needs('only-windows'), words: ['--target', 'windows-x86_64,linux-x86_64'], code: 'resolution/no-wheel', message: /only-windows.*Linux x86-64/i, notes: /Leave Linux x86-64 out/ },
  { title: 'a dependency for another Python only', input: needs('newer-python'), code: 'resolution/conflict', message: /newer-python/, notes: /another Python/ },
  { title: 'a dependency from a repository', input: needs('plain @ git+https://code.example/plain'), code: 'project/bad-metadata', message: /git\+https.*version control/, notes: /pyproject\.toml:4/ },
  { title: 'a wheel of a dependency whose RECORD has another hash', input: needs('wrong-record'), code: 'wheel/invalid', message: /wrong_record-1\.0.*its RECORD says/, notes: /another version|again/ },
];

export const indexes: BrokenCase[] = [
  { title: 'a wheel with other bytes than the index promised', input: needs('altered'), faults: [{ path: 'altered-1.0-py3-none-any.whl', act: { flip: 40 } }], code: 'supply/wrong-hash', message: /altered-1\.0/, notes: /again/ },
  { title: 'an index that fails every time', input: needs('plain'), faults: [{ path: '/simple/plain/', act: { status: 500 } }], code: 'supply/refused', message: /500/, notes: /try again later/ },
  { title: 'an index that asks for credentials', input: needs('plain'), faults: [{ path: '/simple/plain/', act: { status: 401 } }], code: 'supply/refused', message: /401/, notes: /credentials/ },
  { title: 'an index that is gone', input: needs('plain'), gone: true, code: 'supply/unreachable', message: /plain/, notes: /network|--index|running/ },
  { title: 'an index that answers with a page to log in', input: needs('plain'), faults: [{ path: '/simple/plain/', act: { status: 200, headers: { 'content-type': 'text/html' }, body: '<form>Log in</form>' } }], code: 'supply/bad-answer', message: /listing of plain.*a web page was found/, notes: /log-in page/ },
];

export const choices: BrokenCase[] = [
  { title: 'a target that is not there', input: undefined, words: ['--target', 'beos-x86_64'], code: 'plan/unsupported', message: /no target called beos-x86_64/, notes: /linux-x86_64/ },
  { title: 'an output that is not there', input: undefined, words: ['--output', 'floppy'], code: 'plan/unsupported', message: /no output called floppy/, notes: /executable, zipapp/ },
  { title: 'a Python that is not there', input: undefined, words: ['--python', '3.99'], code: 'supply/no-runtime', message: /3\.99/, notes: /3\.14/ },
  { title: 'a Python that is there for other targets only', input: project(), words: ['--python', '3.11', '--target', 'macos-arm64'], code: 'supply/no-runtime', message: /3\.11 for macos-arm64/, notes: /3\.14 for .*macos-arm64/ },
  { title: 'a group of the library that is not there', input: project(), words: ['--include', 'teapot'], code: 'plan/unsupported', message: /teapot/, notes: /tkinter/ },
];
