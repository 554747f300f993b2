// Wheels → where each of their members goes in one archive: at the top, as an installer would put it below site-packages.
import { ClaimedPaths } from '../../formats/claimed-paths';
import type { ByteSource } from '../../formats/bytes/byte-source';
import { readZip } from '../../formats/zip/read-zip';
import type { Spliced } from '../../formats/zip/write-zip';
import type { ZipEntry } from '../../formats/zip/zip-entry';

interface WheelArchive {
  name: string;
  source: ByteSource;
  blob: Blob;
}

/** Where the app's own `__main__.py` stands: its place at the top is the zipapp's. */
export const movedMain = '_terrarium_main.py';

/** The app's wheel comes first. Namespace packages of old style repeat a file in several distributions: the first stays. */
export async function placeWheels(wheels: WheelArchive[]): Promise<Spliced[]> {
  const taken = new ClaimedPaths<string>();
  taken.claim('__main__.py', 'the zipapp');
  const placed: Spliced[] = [];
  for (const [index, { name, source, blob }] of wheels.entries()) {
    const entries = await readZip(source);
    const paths = new Map<ZipEntry, string>();
    for (const entry of entries) {
      const path = index === 0 && entry.path === '__main__.py' ? movedMain : findPlace(entry.path);
      if (path === undefined || entry.directory || taken.findOwner(path) !== undefined) continue;
      taken.claim(path, name);
      paths.set(entry, path);
    }
    const asTheyStand = entries.every((entry) => paths.get(entry) === entry.path);
    placed.push({ archive: blob, entries, ...(!asTheyStand && { place: (entry) => paths.get(entry) }) });
  }
  return placed;
}

/** `.data` schemes (binary distribution format): libraries go to the top, scripts and headers have no use in a zipapp. */
function findPlace(path: string): string | undefined {
  const match = /^[^/]+\.data\/(purelib|platlib|data|scripts|headers)\/(.+)$/.exec(path);
  if (!match) return path;
  return match[1] === 'scripts' || match[1] === 'headers' ? undefined : match[2];
}
