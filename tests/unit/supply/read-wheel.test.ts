// A wheel's bytes → its members, by the strict reader: what it refuses is a failure that names the wheel.
import { expect, test } from 'vitest';
import { readWheel } from '../../../src/supply/read-wheel';
import { makeZip } from '../../fixtures/broken/make-zip';

test.each([
  ['W31 a symbolic link', makeZip([{ name: 'demo/link', content: '/etc/passwd', mode: 0o120777 }]), /"demo\/link" was refused: it is a symbolic link/],
  ['W20 a way out', makeZip([{ name: 'demo-1.data/purelib/../../x', content: '' }]), /leaves the archive/],
  ['a name with a backslash', makeZip([{ name: 'demo\\x.py', content: '' }]), /backslash/],
])('%s is refused', async (_, bytes, message) => {
  const found = await readWheel('demo-1-py3-none-any.whl', bytes);
  expect(found).toMatchObject({ ok: false, failure: { code: 'wheel/invalid', message: expect.stringMatching(message) } });
  expect(found).toMatchObject({ failure: { message: expect.stringMatching(/^Cannot read the wheel demo-1-py3-none-any\.whl: /) } });
});
