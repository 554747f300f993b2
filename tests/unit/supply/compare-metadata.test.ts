// Metadata that was handed out, and a wheel's own → the first field that differs, where it matters.
import { describe, expect, test } from 'vitest';
import { findDifference } from '../../../src/supply/compare-metadata';
import { startIndexServer } from '../../index-server/start-index-server';
import { makeIndex } from '../../../src/supply/index-client';
import { makeMemoryStore } from '../../../src/supply/store-memory';
import { makeWheel } from './make-wheel';

const bytes = (text: string) => new TextEncoder().encode(text);
const own = 'Metadata-Version: 2.1\nName: plotter\nVersion: 1.0\nSummary: Plots\nRequires-Python: >=3.11\nRequires-Dist: click\nRequires-Dist: rich>=13; extra == "pretty"\nProvides-Extra: pretty\n\nRequires-Dist: prose\n';

describe('metadata that was handed out', () => {
  test.each<[string, string | [RegExp | string, string], object | undefined]>([
    ['the same', own, undefined],
    ['another description', ['prose', 'more prose'], undefined],
    ['another summary', ['Plots', 'Plots well'], undefined],
    ['another order', ['Requires-Dist: click\nRequires-Dist: rich>=13; extra == "pretty"\n', 'Requires-Dist: rich>=13; extra == "pretty"\nRequires-Dist: click\n'], undefined],
    ['other line ends', [/\n/g, '\r\n'], undefined],
    ['a name in another spelling', ['Name: plotter', 'name:  Plotter'], undefined],
    ['white space that folds', ['rich>=13; extra', 'rich>=13;\n   extra'], undefined],
    ['another name', ['Name: plotter', 'Name: plotters'], { field: 'Name', promised: 'plotters', own: 'plotter' }],
    ['another version', ['Version: 1.0\nS', 'Version: 1.0.1\nS'], { field: 'Version', promised: '1.0.1', own: '1.0' }],
    ['another Requires-Python', ['>=3.11', '>=3.8'], { field: 'Requires-Python', promised: '>=3.8', own: '>=3.11' }],
    ['no Requires-Python', ['Requires-Python: >=3.11\n', ''], { field: 'Requires-Python', promised: '', own: '>=3.11' }],
    ['a requirement less', ['Requires-Dist: click\n', ''], { field: 'Requires-Dist', promised: '', own: 'click' }],
    ['a requirement more', ['Requires-Dist: click\n', 'Requires-Dist: click\nRequires-Dist: evil\n'], { field: 'Requires-Dist', promised: 'evil', own: '' }],
    ['a requirement twice', ['Requires-Dist: click\n', 'Requires-Dist: click\nRequires-Dist: click\n'], { field: 'Requires-Dist', promised: 'click', own: '' }],
    ['another bound', ['rich>=13', 'rich<13'], { field: 'Requires-Dist', promised: 'rich<13; extra == "pretty"', own: 'rich>=13; extra == "pretty"' }],
    ['another extra', ['Provides-Extra: pretty', 'Provides-Extra: ugly'], { field: 'Provides-Extra', promised: 'ugly', own: 'pretty' }],
  ])('%s', (_, change, expected) => {
    const promised = typeof change === 'string' ? change : own.replace(change[0], change[1]);
    if (typeof change !== 'string') expect(promised).not.toBe(own);
    expect(findDifference(bytes(promised), bytes(own))).toEqual(expected);
  });
});

describe('a wheel whose METADATA is not what the index said', () => {
  const reporter = { report() {}, signal: new AbortController().signal };
  test('is refused naming index, file and field, and what the index said is forgotten; in a later session, too', async () => {
    const wheel = await makeWheel('plotter', '1.0', { filler: 200_000, requires: ['click'] });
    const server = await startIndexServer({ files: { [wheel.filename]: wheel.bytes }, lies: { [wheel.filename]: wheel.metadata.replace('click', 'clack') } });
    try {
      const store = makeMemoryStore();
      const open = () => makeIndex({ indexes: [{ name: 'corner-shop', url: server.url }], store });
      const listing = await open().answer([{ kind: 'listing', name: 'plotter' }], reporter);
      const [file] = listing.ok ? (JSON.parse(new TextDecoder().decode(listing.value.blobs[0])) as { files: { 'core-metadata': { sha256: string } }[] }).files : [];
      const ref = { filename: wheel.filename, url: `${server.origin}/files/${wheel.filename}`, sha256: wheel.sha256 };
      const want = { kind: 'metadata' as const, ...ref, metadataSha256: file!['core-metadata'].sha256 };
      await open().answer([want], reporter);
      const later = open();
      await later.answer([want], reporter);
      const outcome = await later.wheel({ ...ref, pure: true }, reporter);
      if (outcome.ok) throw new Error('it was taken');
      expect(outcome.failure.code).toBe('supply/bad-answer');
      for (const part of ['corner-shop', wheel.filename, 'differ in Requires-Dist', '"click"', '"clack"']) expect(outcome.failure.message).toContain(part);
      expect(outcome.failure.notes.join()).toContain('.whl.metadata');
      expect(await store.get(`metadata/${wheel.sha256}`)).toBeUndefined();
    } finally {
      await server.close();
    }
  });
});
