import { expect, test } from 'vitest';
import type { WheelRef } from '../../../src/model/resolution';
import type { RuntimeManifest } from '../../../src/model/runtime';
import { findLeastSystem } from '../../../src/outputs/executable/least-system';

type Minimum = RuntimeManifest['minimum'];

test.each<[string, Minimum, string[], Minimum]>([
  ['the runtime alone', { glibc: '2.17' }, [], { glibc: '2.17' }],
  ['pure wheels ask for nothing', { glibc: '2.17' }, ['py3-none-any'], { glibc: '2.17' }],
  ['a wheel for a newer glibc', { glibc: '2.17' }, ['cp314-cp314-manylinux_2_28_x86_64'], { glibc: '2.28' }],
  ['a wheel for an older glibc', { glibc: '2.17' }, ['cp314-cp314-manylinux_2_5_x86_64'], { glibc: '2.17' }],
  ['versions count as numbers', { glibc: '2.9' }, ['cp314-cp314-manylinux_2_10_x86_64'], { glibc: '2.10' }],
  ['the old names of manylinux', { glibc: '2.5' }, ['cp314-cp314-manylinux2010_x86_64', 'cp314-cp314-manylinux2014_x86_64'], { glibc: '2.17' }],
  ['of several tags the least demanding', { glibc: '2.5' }, ['cp37-abi3-manylinux_2_28_x86_64.manylinux2014_x86_64.manylinux_2_17_x86_64'], { glibc: '2.17' }],
  ['of several wheels the most demanding', { glibc: '2.17' }, ['cp314-cp314-manylinux_2_34_x86_64', 'cp314-cp314-manylinux_2_28_x86_64'], { glibc: '2.34' }],
  ['macOS', { macos: '11.0' }, ['cp314-cp314-macosx_14_0_arm64', 'cp314-cp314-macosx_10_15_universal2'], { macos: '14.0' }],
  ['Windows has one version', { windows: '10' }, ['cp314-cp314-win_amd64'], { windows: '10' }],
  ['other platforms are not asked', { macos: '11.0' }, ['cp314-cp314-manylinux_2_34_x86_64'], { macos: '11.0' }],
  ['a runtime that says nothing', {}, ['cp314-cp314-manylinux_2_34_x86_64'], {}],
])('%s', (_, minimum, tags, expected) => {
  const wheels = tags.map((tag) => ({ filename: `x-1.0-${tag}.whl` }) as WheelRef);
  expect(findLeastSystem({ minimum } as RuntimeManifest, wheels)).toEqual(expected);
});
