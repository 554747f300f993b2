import { expect, test } from 'vitest';
import { makeArtifactName } from '../../../src/model/artifact-name';

test.each([
  ['plotter', '4.2.0', 'linux-x86_64', '', 'plotter-4.2.0-linux-x86_64'],
  ['plotter', '4.2.0', 'windows-x86_64', '.exe', 'plotter-4.2.0-windows-x86_64.exe'],
  ['plotter', '4.2.0', undefined, '.pyz', 'plotter-4.2.0.pyz'],
  ['a_b.C', '1!2.0+local.1', undefined, '.pyz', 'a_b.C-1-2.0+local.1.pyz'],
  ['../../etc/passwd', '1', undefined, '.pyz', 'etc-passwd-1.pyz'],
  ['..\\..\\x', '1', undefined, '.pyz', 'x-1.pyz'],
  ['-rf', '1', undefined, '.pyz', 'rf-1.pyz'],
  ['.hidden.', '.1.', undefined, '.pyz', 'hidden-1.pyz'],
  ['a b\n\tc\0d', '1', undefined, '.pyz', 'a-b-c-d-1.pyz'],
  ['C:\\x', '1', undefined, '.pyz', 'C-x-1.pyz'],
  ['日本', '', undefined, '.pyz', 'app-app.pyz'],
  ['a\u202egnp.exe', '1', undefined, '.pyz', 'a-gnp.exe-1.pyz'],
  ['<img onerror=x>', '1', undefined, '.pyz', 'img-onerror-x-1.pyz'],
])('%j %j for %s%s is called %s', (name, version, target, suffix, expected) => {
  expect(makeArtifactName(name, version, target, suffix)).toBe(expected);
});
