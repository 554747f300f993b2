import { describe, expect, test } from 'vitest';
import { parseArguments, type BuildArguments } from '../../../src/cli/parse-arguments';

const plain: BuildArguments = {
  command: 'build', path: 'app', targets: [], outputs: [], indexes: [], requirements: [], include: [], wheels: [], findLinks: [],
  out: 'dist', archive: false, offline: false, json: false, overrides: [], substitutes: {}, from: {},
};

describe('what to build', () => {
  test.each<[string, string[], Partial<BuildArguments>]>([
    ['nothing but a path', [], {}],
    ['targets one by one and by commas', ['--target', 'a,b', '--target', 'c'], { targets: ['a', 'b', 'c'] }],
    ['a target that is named twice once', ['--target', 'a,b,a', '--target', 'b'], { targets: ['a', 'b'] }],
    ['outputs', ['--output', 'zipapp'], { outputs: ['zipapp'] }],
    ['an entry with a colon', ['--entry', 'pkg.mod:main'], { entry: 'pkg.mod:main' }],
    ['a Python', ['--python=3.11'], { python: '3.11' }],
    ['an index without a name', ['--index', 'https://index.example/simple/'], { indexes: [{ name: 'index-1', url: 'https://index.example/simple/' }] }],
    ['an index with a name', ['--index', 'own=https://index.example/simple/?a=b'], { indexes: [{ name: 'own', url: 'https://index.example/simple/?a=b' }] }],
    ['requirements, whose commas stay', ['--require', 'a>=1,<2', '--require', 'b'], { requirements: ['a>=1,<2', 'b'] }],
    ['extras and groups', ['--extra', 'x,y', '--group', 'web', '--include', 'tkinter'], { extras: ['x', 'y'], groups: ['web'], include: ['tkinter'] }],
      ['a lock of the project', ['--lock', 'uv.lock'], { lock: 'uv.lock' }],
      ['no lock', ['--no-lock'], { lock: '' }],
      ['which project', ['--project', 'packages/app'], { project: 'packages/app' }],
      ['wheels', ['--wheel', 'a.whl', '--wheel', 'b.whl', '--find-links', 'wheels'], { wheels: ['a.whl', 'b.whl'], findLinks: ['wheels'] }],
    ['overrides and substitutes', ['--override', 'a==1; os_name == "nt"', '--substitute', 'x=y', '--substitute', 'v=w'], { overrides: ['a==1; os_name == "nt"'], substitutes: { x: 'y', v: 'w' } }],
    ['name and version', ['--name', 'n', '--version', '2'], { name: 'n', version: '2' }],
    ['limits, the last of each', ['--limit', 'member=512MiB', '--limit', 'depth=50', '--limit', 'depth=60'], { limits: { member: 2 ** 29, depth: 60 } }],
    ['an empty shebang, which is none', ['--shebang', ''], { shebang: '' }],
    ['an icon and who answers to self', ['--icon', 'a b.ico', '--self-commands'], { icon: 'a b.ico', selfCommands: true }],
    ['a folder and switches', ['--out', 'made', '--archive', '--json'], { out: 'made', archive: true, json: true }],
  ])('reads %s', (_, words, expected) => {
    expect(parseArguments(['build', 'app', ...words])).toEqual({ ...plain, ...expected });
    expect(parseArguments([...words, 'plan', 'app'])).toEqual({ ...plain, ...expected, command: 'plan' });
  });

  test('takes a path after -- that looks like an option', () => {
    expect(parseArguments(['build', '--', '--app'])).toEqual({ ...plain, path: '--app' });
  });
});

test('reads inspect', () => {
  expect(parseArguments(['inspect', 'app.exe', '--json'])).toEqual({ command: 'inspect', path: 'app.exe', json: true });
});

test.each([[[]], [['help']], [['--help']], [['build', '-h']]])('%j asks for help', (words) => {
  expect(parseArguments(words)).toEqual({ command: 'help' });
});

test.each<[string[], RegExp]>([
  [['pack', 'app'], /no command pack/],
  [['build'], /build needs a path/],
  [['inspect'], /inspect needs a path/],
  [['build', 'a', 'b', 'c'], /one path; b c was given too/],
  [['build', 'app', '--colour'], /--colour/],
  [['build', 'app', '--out'], /--out/],
  [['build', 'app', '--out', ''], /--out needs a folder/],
  [['build', 'app', '--icon', ''], /--icon needs a file/],
  [['build', 'app', '--self-commands=yes'], /--self-commands/],
  [['build', 'app', '--json=yes'], /--json/],
  [['build', 'app', '--index', 'simple'], /--index: an index has an address.*simple is none/],
  [['build', 'app', '--index', 'own='], /--index/],
  [['build', 'app', '--index', 'file:///srv/simple'], /--index/],
  [['build', 'app', '--index', 'javascript:alert(1)'], /--index/],
  [['build', 'app', '--limit', 'member'], /--limit member: NAME=VALUE is expected/],
  [['build', 'app', '--limit', 'member=2GiB'], /--limit member=2GiB: member is between 1 and 1073741824/],
  [['build', 'app', '--shebang', '/bin/sh\nrm'], /--shebang takes one line/],
])('%j is wrong', (words, message) => {
  expect(parseArguments(words)).toEqual({ command: 'wrong', message: expect.stringMatching(message) });
});
