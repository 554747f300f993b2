import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript, as set-up runs before anything is installed
import { fetchIndexFiles, parseFileList } from '../../../tools/setup/fetch-index-files.mjs';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const wheels = ['My_Tool-1.0-py3-none-any.whl', 'my_tool-2.0-py3-none-any.whl'];
let folder: string;
let server: Server;
let asked: string[];

const listing = `<a href="/files/${wheels[0]}" data-core-metadata="sha256=${digest('metadata')}">${wheels[0]}</a> <a href="/files/${wheels[1]}">${wheels[1]}</a>`;
const answers: Record<string, string> = {
  '/simple/my-tool/': listing,
  [`/files/${wheels[0]}`]: 'first',
  [`/files/${wheels[0]}.metadata`]: 'metadata',
  [`/files/${wheels[1]}`]: 'second',
};

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'terrarium-index-'));
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return () => { server.close(); rmSync(folder, { recursive: true }); };
});

const fetchAll = (files: { filename: string; sha256: string }[]) =>
  fetchIndexFiles({ index: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`, files, folder, say: () => {} });
const files = [{ filename: wheels[0]!, sha256: digest('first') }, { filename: wheels[1]!, sha256: digest('second') }];

test('files and their announced metadata are fetched, the listing of a name once', async () => {
  await fetchAll(files);
  expect(readdirSync(folder).sort()).toEqual([wheels[0]!, `${wheels[0]}.metadata`, wheels[1]!]);
  expect(asked.filter((url) => url === '/simple/my-tool/')).toHaveLength(1);
});

test('a file that is present with the right hash is not asked for again; a damaged one is', async () => {
  writeFileSync(path.join(folder, wheels[1]!), 'second');
  writeFileSync(path.join(folder, wheels[0]!), 'fir');
  await fetchAll(files);
  expect(asked).toContain(`/files/${wheels[0]}`);
  expect(asked).not.toContain(`/files/${wheels[1]}`);
});

test('a file with another hash is refused and not kept', async () => {
  await expect(fetchAll([{ filename: wheels[1]!, sha256: digest('other') }])).rejects.toThrow(/its SHA-256 is [0-9a-f]{64}, [0-9a-f]{64} was expected/);
  expect(readdirSync(folder)).toEqual([]);
});

test('a file that the index does not list is named', async () => {
  await expect(fetchAll([{ filename: 'my_tool-3.0-py3-none-any.whl', sha256: digest('') }])).rejects.toThrow('fetching my_tool-3.0-py3-none-any.whl: the index lists 2 files');
});

test('a name that the index does not know is an answer, not a reason to try again', async () => {
  await expect(fetchAll([{ filename: 'absent-1.0.tar.gz', sha256: digest('') }])).rejects.toThrow('it answered 404');
  expect(asked).toEqual(['/simple/absent/']);
});

test.each(['tool.whl', 'tool.whl beef', `../tool.whl ${digest('')}`, `tool.whl ${digest('')} more`])('the line %s of the list is refused', (line) => {
  expect(() => parseFileList(`# comment\n${line}\n`)).toThrow('a file name and its SHA-256 were expected');
});
