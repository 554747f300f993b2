import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkFolder, writeFilesWhole, type FileToWrite } from '../../../src/cli/write-artifacts';

const folder = mkdtempSync(join(tmpdir(), 'terrarium-write-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string, mode = 0o644): FileToWrite => ({ name, blob: new Blob([text]), mode });

/** A file whose bytes end in an error, as a full disk or a lost network share gives it. */
function failing(name: string, error: Error): FileToWrite {
  const stream = () => new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(100_000)),
    pull: (controller) => controller.error(error),
  });
  return { name, mode: 0o644, blob: { stream } as unknown as Blob };
}

test('writes every file with its mode and makes the folder', async () => {
  const out = join(folder, 'new/deep');
  const written = await writeFilesWhole(out, [file('app', 'binary', 0o755), file('pylock.toml', 'lock')]);
  expect(written).toEqual({ ok: true, value: [join(out, 'app'), join(out, 'pylock.toml')] });
  expect(readdirSync(out).sort()).toEqual(['app', 'pylock.toml']);
  expect(readFileSync(join(out, 'app'), 'utf8')).toBe('binary');
  if (process.platform !== 'win32') expect([statSync(join(out, 'app')).mode & 0o777, statSync(join(out, 'pylock.toml')).mode & 0o777]).toEqual([0o755, 0o644]);
});

test('takes the place of what an earlier build left', async () => {
  const out = join(folder, 'again');
  await writeFilesWhole(out, [file('app', 'a longer old text')]);
  await writeFilesWhole(out, [file('app', 'new')]);
  expect(readFileSync(join(out, 'app'), 'utf8')).toBe('new');
});

test.each([
  ['ENOSPC', 'the disk is full', 'Make room, or name another folder with --out.'],
  ['EACCES', 'it may not be written to', 'Name another folder with --out.'],
  ['EIO', 'read error', 'Name another folder with --out.'],
])('leaves nothing, not even the folder, after %s in the second of two files', async (code, reason, note) => {
  const out = join(folder, `full-${code}`, 'deep');
  const written = await writeFilesWhole(out, [file('first', 'whole'), failing('second', Object.assign(new Error('read error'), { code }))]);
  expect(written).toEqual({ ok: false, failure: { code: 'supply/storage', message: `Cannot write to ${out}: ${reason}.`, notes: [note] } });
  expect(existsSync(join(folder, `full-${code}`))).toBe(false);
});

test('leaves what was there before as it was', async () => {
  const out = join(folder, 'kept');
  await writeFilesWhole(out, [file('app', 'old')]);
  await writeFilesWhole(out, [file('app', 'new'), failing('other', Object.assign(new Error(), { code: 'ENOSPC' }))]);
  expect(readdirSync(out)).toEqual(['app']);
  expect(readFileSync(join(out, 'app'), 'utf8')).toBe('old');
});

test('writes none where a folder has the name of one', async () => {
  const out = join(folder, 'taken');
  mkdirSync(join(out, 'lock'), { recursive: true });
  const written = await writeFilesWhole(out, [file('app', 'x'), file('lock', 'y')]);
  expect(written).toMatchObject({ failure: { code: 'supply/storage', message: expect.stringMatching(/a folder stands where a file is to go/), notes: [join(out, 'lock'), expect.any(String)] } });
  expect(readdirSync(out)).toEqual(['lock']);
});

test('leaves nothing when it is interrupted', async () => {
  const out = join(folder, 'interrupted');
  const controller = new AbortController();
  const endless = { stream: () => new ReadableStream({ pull: (stream) => { stream.enqueue(new Uint8Array(1000)); return new Promise<void>((resolve) => setTimeout(resolve, 1)); } }) } as unknown as Blob;
  setTimeout(() => controller.abort(), 30);
  const written = await writeFilesWhole(out, [file('app', 'x'), { name: 'big', blob: endless, mode: 0o644 }], controller.signal);
  expect(written).toMatchObject({ ok: false, failure: { code: 'cancelled' } });
  expect(existsSync(out)).toBe(false);
});

test('throws what is a bug', async () => {
  await expect(writeFilesWhole(join(folder, 'bug'), [failing('x', new TypeError('bug'))])).rejects.toThrow('bug');
  expect(existsSync(join(folder, 'bug'))).toBe(false);
});

test('knows beforehand where nothing can be written', async () => {
  writeFileSync(join(folder, 'file'), '');
  expect(await checkFolder(folder)).toBeUndefined();
  expect(await checkFolder(join(folder, 'not', 'yet', 'there'))).toBeUndefined();
  for (const path of ['file', 'file/below']) {
    expect(await checkFolder(join(folder, path))).toEqual({
      code: 'supply/storage', message: `Cannot write to ${join(folder, path)}: a file stands where a folder is needed.`, notes: [join(folder, 'file'), 'Name another folder with --out.'],
    });
  }
});
