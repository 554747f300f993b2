import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript, as set-up runs before anything is installed
import { readListing } from '../../../tools/setup/read-listing.mjs';

const base = 'https://index.example/simple/tool/';
const html = (attributes: string) => `<html><body><h1>Links</h1><a ${attributes}>tool-1.0-py3-none-any.whl</a></body></html>`;
const json = (file: object) => JSON.stringify({ meta: { 'api-version': '1.1' }, files: [{ filename: 'tool-1.0-py3-none-any.whl', url: '../../files/tool-1.0-py3-none-any.whl', ...file }] });
const file = { filename: 'tool-1.0-py3-none-any.whl', url: 'https://index.example/files/tool-1.0-py3-none-any.whl' };
const href = 'href="../../files/tool-1.0-py3-none-any.whl#sha256=00"';

test.each([
  ['JSON', json({}), 'application/vnd.pypi.simple.v1+json', false],
  ['JSON with metadata', json({ 'core-metadata': true }), 'application/vnd.pypi.simple.v1+json', true],
  ['JSON with hashed metadata under the old name', json({ 'data-dist-info-metadata': { sha256: 'ab' } }), 'application/json', 'sha256=ab'],
  ['HTML', html(href), 'text/html; charset=utf-8', false],
  ['HTML with metadata', html(`${href} data-core-metadata="true"`), 'text/html', true],
  ['HTML with hashed metadata', html(`data-requires-python="&gt;=3.8" ${href} data-dist-info-metadata='sha256=ab'`), 'text/html', 'sha256=ab'],
])('an answer in %s lists the file', (_, text, contentType, metadata) => {
  expect(readListing(text, contentType, base)).toEqual([{ ...file, metadata }]);
});
