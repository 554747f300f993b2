// What Windows shows of a program, from its metadata.
import { describe, expect, test } from 'vitest';
import { describeProgram, readVersion } from '../../../src/outputs/executable/describe-program';
import { readCoreMetadata } from '../../../src/outputs/executable/read-core-metadata';

describe('version numbers', () => {
  test.each<[string, number[], boolean]>([
    ['1', [1, 0, 0, 0], false], ['4.2.0', [4, 2, 0, 0], false], ['1.2.3.4.5', [1, 2, 3, 4], false], ['2026.10.26', [2026, 10, 26, 0], false],
    ['1!2.3', [2, 3, 0, 0], false], ['v1.2', [1, 2, 0, 0], false], ['1.0rc1', [1, 0, 0, 0], true], ['1.0.dev3', [1, 0, 0, 0], true], ['1.0a1.post2', [1, 0, 0, 0], true],
    ['1.0.post1', [1, 0, 0, 0], false], ['1.0+abc.dev1', [1, 0, 0, 0], false], ['1.0-preview2', [1, 0, 0, 0], true],
    ['20261121.1', [65535, 1, 0, 0], false], [`1.${'9'.repeat(400)}`, [1, 65535, 0, 0], false], ['', [0, 0, 0, 0], false],
  ])('of %s', (version, numbers, prerelease) => expect(readVersion(version)).toEqual({ numbers, prerelease }));
});

describe('metadata', () => {
  test.each<[string, string, object]>([
    ['all of it', 'Name: x\nSummary: Grüße, 世界\nAuthor: Jane Doe\nLicense-Expression: MIT\n\nSummary: no', { summary: 'Grüße, 世界', author: 'Jane Doe', licence: 'MIT' }],
    ['nothing', 'Metadata-Version: 2.1\nName: x\n', {}],
    ['an author by address', 'Author-email: Jane Doe <jane@mail.example>, "Doe, Joe" <joe@mail.example>, bare@mail.example\n', { author: 'Jane Doe, Doe, Joe' }],
    ['an address alone', 'Author-email: bare@mail.example\nMaintainer: The Team\n', { author: 'The Team' }],
    ['a licence in full', `License: ${'Permission is hereby granted '.repeat(9)}\nClassifier: License :: OSI Approved :: MIT License\n`, { licence: 'MIT License' }],
    ['a licence of few words', 'License: BSD\nClassifier: License :: OSI Approved\n', { licence: 'BSD' }],
    ['words for nothing', 'Summary: UNKNOWN\nAuthor: \nLicense: UNKNOWN\n', {}],
    ['lines that go on, and ends of Windows', 'SUMMARY: one\r\n        two\r\nAuthor: A\r\n\r\nbody', { summary: 'one two', author: 'A' }],
  ])('with %s', (_, text, expected) => expect(readCoreMetadata(text)).toEqual(expected));
});

test.each([
  ['names that never come to an address', `Author-email: ${'a '.repeat(200_000)}\n`],
  ['open angle brackets', `Author-email: ${'a<'.repeat(200_000)}\n`],
  ['open quotes', `Author-email: ${'"a'.repeat(200_000)}\n`],
  ['blanks', `Author-email: a${' '.repeat(400_000)}b\nSummary:${'\t'.repeat(400_000)}x\n`],
  ['lines that go on', `Summary: x${'\n \t'.repeat(200_000)}\n`],
])('metadata full of %s is read in time that grows with its length', (_, text) => void readCoreMetadata(text), 5000);

const stringsOf = (metadata: string, name = 'plotter', version = '4.2.0rc1') => describeProgram({ name, version, metadata }, `${name}-${version}-windows-x86_64.exe`).version.strings;

test('names the program by what is known of it, and leaves out what is not', () => {
  expect(stringsOf('Summary: Draws\n')).toEqual({
    FileDescription: 'Draws', FileVersion: '4.2.0rc1', InternalName: 'plotter', OriginalFilename: 'plotter-4.2.0rc1-windows-x86_64.exe', ProductName: 'plotter', ProductVersion: '4.2.0rc1',
  });
  expect(stringsOf('Author: Jane\nLicense-Expression: MIT OR Apache-2.0\n')).toMatchObject({ CompanyName: 'Jane', LegalCopyright: 'MIT OR Apache-2.0', FileDescription: 'plotter' });
});

test('cuts long lines between characters, and has no controls in any', () => {
  const { FileDescription = '' } = stringsOf(`Summary: ${'😀'.repeat(400)}\n`);
  expect(FileDescription).toMatch(/^(?:😀){100,}…$/u);
  expect(FileDescription.length).toBeLessThanOrEqual(250);
  expect(stringsOf('Summary: a\0b\u0007\tc\n').FileDescription).toBe('a b c');
});
