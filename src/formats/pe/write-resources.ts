// A Windows launcher → the same with an icon and version information beside the resources that it has; everything before them stays in its place.
// Loaded for Windows targets only: resedit is larger than the rest of the formats.
import { Data, NtExecutable, NtExecutableResource, Resource } from 'resedit';
import type { IconImage } from '../../model/icon';
import { FormatError } from '../format-error';
import { readPe } from './read-pe';
import { readResources, resourceTypes, type PeResource } from './read-resources';

export interface VersionInformation {
  numbers: readonly [number, number, number, number];
  prerelease: boolean;
  /** By the names that Windows knows: `ProductName`. */
  strings: Readonly<Record<string, string>>;
}

export interface PeResources {
  icon: IconImage[];
  version: VersionInformation;
}

/** Neutral, in UTF-16: the same for every user. */
const language = 0;
const unicode = 1200;
const iconGroup = 1;
/** What every linker takes: with others, resedit would fill gigabytes. */
const [page, sector] = [4096, 512];
/** VS_FIXEDFILEINFO: VOS_NT_WINDOWS32, VFT_APP, VS_FFI_FILEFLAGSMASK, VS_FF_PRERELEASE. */
const fixed = { os: 0x40004, application: 1, flags: 0x3f, prerelease: 2 };

export function writeResources(launcher: Uint8Array, resources: PeResources): Uint8Array<ArrayBuffer> {
  const { alignment } = readPe(launcher);
  if (alignment.memory !== page || alignment.file !== sector) throw new FormatError('Writing icon and version into the Windows launcher, sections of an unusual alignment were found.');
  const before = readResources(launcher);
  const written = edit(launcher, resources);
  mendHeaders(launcher, written);
  assertKept(before, readResources(written), resources.icon.length);
  return written;
}

/** What resedit cannot read it tells by exceptions of any kind. */
function edit(launcher: Uint8Array, { icon, version }: PeResources): Uint8Array<ArrayBuffer> {
  try {
    const executable = NtExecutable.from(launcher, { ignoreCert: true });
    const tree = NtExecutableResource.from(executable);
    const images = icon.map(({ bytes, width, height, bitCount }) => Data.RawIconItem.from(Uint8Array.from(bytes).buffer, width, height, bitCount));
    Resource.IconGroupEntry.replaceIconsForResource(tree.entries, iconGroup, language, images);
    makeVersion(version).outputToResourceEntries(tree.entries);
    tree.outputResource(executable);
    return new Uint8Array(executable.generate());
  } catch (error) {
    throw new FormatError(`Writing icon and version into the Windows launcher, resources were found that cannot be edited (${(error as Error).message}).`);
  }
}

/** What resedit leaves undone: SizeOfInitializedData, and outside of Node the names of sections (pe-library 2.0.1 repeats their first letter). */
function mendHeaders(launcher: Uint8Array, written: Uint8Array<ArrayBuffer>): void {
  const [before, after] = [readPe(launcher), readPe(written)];
  if (before.sections.length !== after.sections.length) throw new FormatError('Writing icon and version into the Windows launcher, a section for resources was expected and not found.');
  before.sections.forEach((_, index) => {
    const from = before.at.sections + 40 * index;
    written.set(launcher.subarray(from, from + 8), after.at.sections + 40 * index);
  });
  const sizeOf = ({ sections }: typeof before) => sections.reduce((sum, { rawSize }) => sum + rawSize, 0);
  const view = new DataView(written.buffer);
  view.setUint32(after.at.initializedData, view.getUint32(after.at.initializedData, true) + sizeOf(after) - sizeOf(before), true);
}

function makeVersion({ numbers, prerelease, strings }: VersionInformation): Resource.VersionInfo {
  const [major, minor, micro, revision] = numbers;
  const [high, low] = [major * 65536 + minor, micro * 65536 + revision];
  const numeric = { fileVersionMS: high, fileVersionLS: low, productVersionMS: high, productVersionLS: low };
  const kind = { fileFlagsMask: fixed.flags, fileFlags: prerelease ? fixed.prerelease : 0, fileOS: fixed.os, fileType: fixed.application };
  const made = Resource.VersionInfo.create(language, { ...numeric, ...kind }, []);
  made.setStringValues({ lang: language, codepage: unicode }, { ...strings });
  return made;
}

/** Read back: what was there is there byte for byte, and what was added came whole. */
function assertKept(before: PeResource[], after: PeResource[], images: number): void {
  const same = (a: PeResource, b: PeResource) =>
    a.type === b.type && a.id === b.id && a.language === b.language && a.bytes.length === b.bytes.length && a.bytes.every((byte, index) => byte === b.bytes[index]);
  const lost = before.find((one) => !after.some((other) => same(one, other)));
  const count = (type: number) => after.filter((one) => one.type === type).length;
  const added = [count(resourceTypes.icon), count(resourceTypes.iconGroup), count(resourceTypes.version)].join();
  if (lost !== undefined || added !== `${images},1,1`) throw new FormatError('Writing icon and version into the Windows launcher, other resources came out than were put in: it has an icon or a version already, or is damaged.');
}
