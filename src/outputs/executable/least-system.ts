// Wheels and a runtime → the oldest system that they run on, read from tags (PEP 600, macOS versions) and binaries.
import type { RuntimeManifest } from '../../model/runtime';
import type { WheelRef } from '../../model/resolution';

type Version = [number, number];

const legacy: Record<string, Version> = { manylinux1: [2, 5], manylinux2010: [2, 12], manylinux2014: [2, 17] };

const parse = (text: string | undefined): Version | undefined => {
  const match = /^(\d+)\.(\d+)/.exec(text ?? '');
  return match ? [Number(match[1]), Number(match[2])] : undefined;
};
const compare = (a: Version, b: Version) => a[0] - b[0] || a[1] - b[1];

function findGlibc(tag: string): Version | undefined {
  const match = /^manylinux_(\d+)_(\d+)_/.exec(tag);
  if (match) return [Number(match[1]), Number(match[2])];
  return legacy[/^(manylinux\d+)_/.exec(tag)?.[1] ?? ''];
}

function findMacos(tag: string): Version | undefined {
  const match = /^macosx_(\d+)_(\d+)_/.exec(tag);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

/** Of the platform tags in one file name the least demanding counts; of all wheels and the runtime the most demanding. */
export function findLeastSystem(runtime: RuntimeManifest, wheels: WheelRef[]): RuntimeManifest['minimum'] {
  const most = (own: string | undefined, find: (tag: string) => Version | undefined): string | undefined => {
    let needed = parse(own);
    for (const { filename } of wheels) {
      const tags = filename.replace(/\.whl$/, '').split('-').at(-1)!.split('.');
      const least = tags.map(find).filter((version) => version !== undefined).sort(compare)[0];
      if (least && needed && compare(least, needed) > 0) needed = least;
    }
    return needed?.join('.');
  };
  const glibc = most(runtime.minimum.glibc, findGlibc);
  const macos = most(runtime.minimum.macos, findMacos);
  return { ...(glibc && { glibc }), ...(macos && { macos }), ...(runtime.minimum.windows && { windows: runtime.minimum.windows }) };
}
