// The file that somebody chose as an icon: taken, or refused with what was expected.
import { expect, test } from 'vitest';
import { readGivenIcon } from '../../../src/plan/read-given-icon';
import { makeBitmap, makeIco, makePng } from '../formats/make-ico';

const given = (name: string, bytes: Uint8Array) => readGivenIcon({ name, blob: new Blob([new Uint8Array(bytes)]) });

test('nothing is given: there is none', async () => expect(await readGivenIcon(undefined)).toEqual({ ok: true, value: undefined }));

test('an icon file or a PNG image is taken, whatever its name says', async () => {
  expect(await given('app.png', makeIco([{ width: 16, bytes: makeBitmap(16, [0, 0, 0, 0]) }]))).toMatchObject({ ok: true, value: { name: 'app.png', images: [{ width: 16 }] } });
  expect(await given('app.ico', makePng({ width: 64 }))).toMatchObject({ ok: true, value: { images: [{ width: 64 }] } });
});

test.each([
  ['large.png', makePng({ width: 512 }), /^large.png cannot be the icon. Reading the PNG image, 512 × 512 pixels, where 1 to 256 each way are possible, were found/],
  ['broken.ico', Buffer.from('000001000100', 'hex'), /^broken.ico cannot be the icon. Reading the icon file, 4 bytes were expected at byte 14/],
  ['photo.jpg', Buffer.from('ffd8'), /^photo.jpg cannot be the icon. Reading the icon, neither an icon file nor a PNG image was found.$/],
  ['endless.ico', Buffer.alloc(5 * 2 ** 20), /4194305 bytes were found; 4194304 are the limit/],
])('%s is refused, and what was expected is told', async (name, bytes, message) => {
  expect(await given(name, bytes)).toEqual({
    ok: false,
    failure: { code: 'plan/unsupported', message: expect.stringMatching(message), notes: ['Give an icon file (.ico) with images of up to 256 × 256 pixels, or a square PNG image of 16 to 256 pixels a side.'] },
  });
});

test('a file that changed since it was chosen is told', async () => {
  const blob = { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('The file was changed.')) }) } as unknown as Blob;
  expect(await readGivenIcon({ name: 'a.ico', blob })).toMatchObject({ ok: false, failure: { code: 'project/unreadable', message: 'The icon a.ico cannot be read: The file was changed.' } });
});
