// Which addresses an index may name, and how an address is printed.
import { expect, test } from 'vitest';
import { checkUrl, printUrl } from '../../../src/supply/url-rules';

const index = 'https://index.example/simple/';

test.each<[string, string, boolean]>([
  ['https://files.example/a.whl', index, true],
  ['http://files.example/a.whl', index, false],
  ['file:///etc/passwd', index, false],
  ['a.whl', index, false],
  ['https://127.0.0.1/a.whl', index, false],
  ['https://localhost./a.whl', index, false],
  ['https://2130706433/a.whl', index, false],
  ['https://10.1.2.3/a.whl', index, false],
  ['https://169.254.169.254/a.whl', index, false],
  ['https://[::1]/a.whl', index, false],
  ['https://[::ffff:10.1.2.3]/a.whl', index, false],
  ['https://[::7f00:1]/a.whl', index, false],
  ['https://[64:ff9b::a01:203]/a.whl', index, false],
  ['https://[2002:a01:203::]/a.whl', index, false],
  ['https://[fd00::1]/a.whl', index, false],
  ['https://[2606:4700::1111]/a.whl', index, true],
  ['https://10.1.2.3/a.whl', 'https://10.0.0.1/simple/', true],
  ['http://127.0.0.1:8080/a.whl', 'http://127.0.0.1:8080/simple/', true],
])('%s, named by %s: %s', (url, from, allowed) => {
  expect(checkUrl(url, from, 'a wheel') === undefined).toBe(allowed);
});

test.each([
  ['https://ann:s3cret@files.example/a.whl?token=1#sha256=0', 'https://files.example/a.whl?…'],
  ['data:text/plain,secret', 'data:…'],
  [`https://files.example/${'a'.repeat(1000)}`, `https://files.example/${'a'.repeat(278)}…`],
  [`no\naddress ${'a'.repeat(1000)}`, `"no\\u{a}address ${'a'.repeat(89)}…"`],
])('%s is printed as %s', (url, printed) => expect(printUrl(url)).toBe(printed));
