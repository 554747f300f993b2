// Ingredients → what Windows shows of a program: version information and icon.
import type { PeResources, VersionInformation } from '../../formats/pe/write-resources';
import type { Ingredients } from '../../model/ingredients';
import { drawIcon } from './draw-icon';
import { readCoreMetadata } from './read-core-metadata';

type Described = Pick<Ingredients, 'name' | 'version' | 'metadata' | 'icon'>;

/** UTF-16 units; what shows these strings shows one line of each. */
const longest = 250;

export function describeProgram({ name, version, metadata, icon }: Described, filename: string): PeResources {
  const { summary, author, licence } = readCoreMetadata(metadata);
  const strings = {
    CompanyName: author, FileDescription: summary ?? name, FileVersion: version, InternalName: name,
    LegalCopyright: licence, OriginalFilename: filename, ProductName: name, ProductVersion: version,
  };
  const known = Object.entries(strings).map(([key, text]) => [key, makeLine(text ?? '')] as const).filter(([, text]) => text !== '');
  return { icon: icon?.images ?? drawIcon(), version: { ...readVersion(version), strings: Object.fromEntries(known) } };
}

/** For the reason of the part, in a plan. */
export function printProgram({ icon }: Described, { icon: images, version }: PeResources): string {
  const sizes = [...new Set(images.map(({ width, height }) => (width === height ? `${width}` : `${width} × ${height}`)))].join(', ');
  return `version ${version.numbers.join('.')}, ${icon ? `icon of ${makeLine(icon.name)}` : 'icon of Terrarium'} (${sizes} pixels)`;
}

/** Of PEP 440: the first four numbers of the release; epoch, pre-, post- and local parts are in the strings only. Windows has 16 bits for each. */
export function readVersion(version: string): Pick<VersionInformation, 'numbers' | 'prerelease'> {
  const [, release = '', rest = ''] = /^v?(?:\d+!)?(\d+(?:\.\d+)*)([^+]*)/i.exec(version) ?? [];
  const [major = 0, minor = 0, micro = 0, revision = 0] = release.split('.').map((digits) => Math.min(Number(digits), 65535));
  return { numbers: [major, minor, micro, revision], prerelease: /a|b|c|dev|pre/i.test(rest.replace(/post/i, '')) };
}

/** One line, cut between characters. */
function makeLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (line.length <= longest) return line;
  let cut = '';
  for (const character of line) {
    if (cut.length + character.length >= longest) break;
    cut += character;
  }
  return `${cut.trimEnd()}…`;
}
