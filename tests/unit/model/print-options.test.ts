// [tool.terrarium] as it is written: other people's readers read it, and what else stands in the file stays.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { FileOptions } from '../../../src/model/build-options';
import { printOptions, replaceInScript, replaceTable } from '../../../src/model/print-options';

const python = new URL('../../../.build/cpython/3.14.6-linux-x86_64/bin/python3.14', import.meta.url).pathname;
const readToml = (text: string) => JSON.parse(execFileSync(python, ['-c', 'import json, sys, tomllib; print(json.dumps(tomllib.loads(sys.stdin.buffer.read().decode())))'], { input: text, encoding: 'utf8' })) as Record<string, any>;

const all: FileOptions = {
  name: 'a', version: '1', entry: 'a:main', python: '3.14', targets: ['linux-x86_64'], outputs: ['zipapp'], extras: ['x'], groups: ['g'],
  requirements: ['rich>=13; os_name == "nt"'], overrides: ['urllib3<2'], substitutes: { psycopg2: 'psycopg2-binary' }, lock: '', wheels: ['a-1-py3-none-any.whl'],
  runtimeGroups: ['tkinter'], icon: 'ícon.png', shebang: '/usr/bin/env python3 \\ "q" \u007f', selfCommands: true, limits: { member: 5, 'project-file': 6 },
};
const asKeys = {
  name: 'a', version: '1', entry: 'a:main', python: '3.14', targets: ['linux-x86_64'], outputs: ['zipapp'], extras: ['x'], groups: ['g'],
  require: ['rich>=13; os_name == "nt"'], overrides: ['urllib3<2'], substitutes: { psycopg2: 'psycopg2-binary' }, lock: false, wheels: ['a-1-py3-none-any.whl'],
  include: ['tkinter'], icon: 'ícon.png', shebang: '/usr/bin/env python3 \\ "q" \u007f', 'self-commands': true, limits: { member: 5, 'project-file': 6 },
};

test.skipIf(!existsSync(python))('every option is read back as it was', () => {
  expect(readToml(printOptions(all, 'pyproject'))).toEqual({ tool: { terrarium: asKeys } });
});

const before = '[project]\nname = "a" # mine\n';
const after = '[tool.other]\nx = 1\n';
const table = printOptions({ python: '3.14' }, 'pyproject');

test.skipIf(!existsSync(python)).each([
  ['an empty file', '', {}],
  ['a file without the table', before, { project: { name: 'a' } }],
  ['a file that has it last', `${before}[tool.terrarium]\npython = "3.11"\n`, { project: { name: 'a' } }],
  ['a file that has it with tables below', `${before}[tool.terrarium]\npython = "3.11"\n[tool.terrarium.substitutes]\na = "b"\n\n${after}`, { project: { name: 'a' }, tool: { other: { x: 1 } } }],
])('the table takes its place in %s', (_, text, rest: any) => {
  const written = replaceTable(text, table);
  expect(readToml(written)).toEqual({ ...rest, tool: { ...rest.tool, terrarium: { python: '3.14' } } });
  expect(written.includes('# mine')).toBe(text.includes('# mine'));
  expect(replaceTable(written, table)).toBe(written);
});

const line = printOptions({ python: '3.14' }, 'script');

test.each([
  ['without a block', '#!/usr/bin/env python3\nimport six\n', '#!/usr/bin/env python3\n# /// script\n# dependencies = []\n#\n# [tool.terrarium]\n# python = "3.14"\n# ///\nimport six\n'],
  ['with one', '# /// script\n# dependencies = ["six"]\n# ///\nimport six\n', '# /// script\n# dependencies = ["six"]\n#\n# [tool.terrarium]\n# python = "3.14"\n# ///\nimport six\n'],
  ['that has the table', '# /// script\n# [tool.terrarium]\n# python = "3.11"\n# ///\n# more\n', '# /// script\n# [tool.terrarium]\n# python = "3.14"\n# ///\n# more\n'],
])('the table takes its place in a script %s', (_, text, expected) => {
  expect(replaceInScript(text, line)).toBe(expected);
  expect(replaceInScript(expected, line)).toBe(expected);
});
