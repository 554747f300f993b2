import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript, as set-up runs before anything is installed
import { findHostPython } from '../../../tools/runtimes/host-python.mjs';
// @ts-expect-error as above
import { writeStoredZip } from '../../../tools/setup/write-stored-zip.mjs';

const members = [{ name: 'terrarium/__init__.py', content: Buffer.from('x = 1\n') }, { name: 'terrarium/naïve.py', content: Buffer.alloc(0) }];

test('the package’s zip is the same each time and Python reads it', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'terrarium-zip-'));
  const file = path.join(folder, 'package.zip');
  writeFileSync(file, writeStoredZip(members));
  const script = 'import sys, zipfile, json; z = zipfile.ZipFile(sys.argv[1]); print(json.dumps([z.testzip(), [[i.filename, z.read(i).decode(), i.date_time] for i in z.infolist()]]))';
  const read = JSON.parse(execFileSync(findHostPython(), ['-I', '-c', script, file], { encoding: 'utf8' }));
  rmSync(folder, { recursive: true });
  expect(read).toEqual([null, [['terrarium/__init__.py', 'x = 1\n', [1980, 1, 1, 0, 0, 0]], ['terrarium/naïve.py', '', [1980, 1, 1, 0, 0, 0]]]]);
  expect(writeStoredZip(members).equals(writeStoredZip(members))).toBe(true);
});
