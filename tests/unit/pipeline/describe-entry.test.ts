// What starts is told where nobody chose it and it might have been something else.
import { expect, test } from 'vitest';
import { describeEntry } from '../../../src/analysis/describe-entry';
import type { Analysis, Entry } from '../../../src/model/analysis';

const make = (name: string, kind: Entry['kind'], origin: string): Entry => ({ name, kind, value: name, windowed: false, origin });
const http = make('http', 'function', '[project.scripts]');
const https = make('https', 'function', '[project.scripts]');
const certs = make('certs', 'module', 'main guard in certs.py:16');
const one = make('one', 'script', 'main guard in one.py:1');
const two = make('two', 'script', 'main guard in two.py:1');

function describe(kind: Analysis['layout']['kind'], commands: Entry[], asked?: string): string[] {
  return describeEntry({ name: 'demo', layout: { kind } } as unknown as Analysis, { entry: commands[0]!, commands }, asked);
}

test.each<[string, string[], RegExp]>([
  ['one of several commands', describe('backend', [http, https]), /^demo starts http \(\[project\.scripts\]\)\. It also has https: .*TERRARIUM_COMMAND.*--entry/],
  ['a main guard in a library', describe('backend', [certs]), /^demo starts certs \(main guard in certs\.py:16\), a guess: it declares no command\. Choose/],
  ['one of two scripts', describe('bare', [one, two]), /^demo starts one .*a guess.* It also has two:/],
  ['one of many', describe('wheel', Array.from({ length: 8 }, (_, at) => make(`c${at}`, 'function', 'x'))), /also has c1, c2, c3, c4, c5 and 2 more:/],
])('%s is told', (_, lines, expected) => {
  expect(lines).toEqual([expect.stringMatching(expected)]);
});

test.each<[string, string[]]>([
  ['the only declared command', describe('backend', [http])], ['the script that was dropped', describe('bare', [one])], ['what was asked for', describe('bare', [one, two], 'one')],
])('%s is not', (_, lines) => {
  expect(lines).toEqual([]);
});
