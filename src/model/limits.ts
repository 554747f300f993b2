// How much of anything from outside is read before it is refused: the one table, for TypeScript and (workers/python/terrarium/limits.py) Python.
// Printed as a table in src/LIMITS.md. A person may raise a limit up to `most`, which is what memory, stack or file systems bear.

export interface Limit {
  value: number;
  most: number;
  unit?: 'bytes' | 'seconds';
  /** What is counted, and in which input. */
  what: string;
}

const kibibyte = 2 ** 10;
const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

export const limitTable = {
  members: { value: 50_000, most: 1_000_000, what: 'members of a zip archive, wheel or source archive; files of a folder' },
  total: { value: gibibyte, most: 2 * gibibyte - 2, unit: 'bytes', what: 'all members of an archive together, unpacked; all files of a folder; the dropped file itself' },
  member: { value: 256 * mebibyte, most: gibibyte, unit: 'bytes', what: 'one member of an archive, unpacked' },
  ratio: { value: 200, most: 1032, what: 'unpacked over packed size of a member or gzip file of more than 10 MiB' },
  path: { value: 512, most: 4096, unit: 'bytes', what: 'path of a file in an archive or folder' },
  segment: { value: 255, most: 255, unit: 'bytes', what: 'one segment of such a path: what file systems hold' },
  depth: { value: 40, most: 400, what: 'segments of such a path' },
  listing: { value: 60 * mebibyte, most: 512 * mebibyte, unit: 'bytes', what: "an index's answer for one name" },
  metadata: { value: 16 * mebibyte, most: 64 * mebibyte, unit: 'bytes', what: 'METADATA, WHEEL or entry_points.txt of a wheel, and metadata that an index hands out' },
  download: { value: 2 * gibibyte - 2, most: 2 * gibibyte - 2, unit: 'bytes', what: 'one wheel or source archive that is fetched: what one buffer holds' },
  'project-file': { value: 4 * mebibyte, most: 64 * mebibyte, unit: 'bytes', what: 'pyproject.toml, a lock, requirements.txt or another file of metadata in a project' },
  source: { value: 2 * mebibyte, most: 8 * mebibyte, unit: 'bytes', what: 'one module that is analysed; larger ones are packed unread' },
  sources: { value: 64 * mebibyte, most: 512 * mebibyte, unit: 'bytes', what: 'all modules that are analysed; the rest is packed unread' },
  nesting: { value: 400, most: 400, what: 'depth of brackets and operators in a module or TOML file: what the stack of a tab bears' },
  cells: { value: 10_000, most: 100_000, what: 'cells of a notebook' },
  includes: { value: 100, most: 10_000, what: 'files that requirements.txt includes, itself counted' },
  requirement: { value: 8 * kibibyte, most: 8 * kibibyte, what: 'characters of one requirement of a project or wheel' },
  'search-seconds': { value: 20, most: 3600, unit: 'seconds', what: 'search for versions that suit everybody' },
  'search-rounds': { value: 100_000, most: 10_000_000, what: 'decisions in that search' },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof limitTable;
export type Limits = Record<LimitName, number>;

/** Inflated over compressed size is looked at above this: small members of zeros are harmless. */
export const ratioFrom = 10 * mebibyte;

export const limitNames = Object.keys(limitTable) as LimitName[];
const standard = Object.fromEntries(limitNames.map((name) => [name, limitTable[name].value])) as Limits;
const current: Limits = { ...standard };
let given: Partial<Limits> = {};

/** As they are now; the engine sets them when a project is opened or built. */
export const limits: Readonly<Limits> = current;

/** What differs from the table, for Python. */
export const findGivenLimits = (): Readonly<Partial<Limits>> => given;

/** The standard ones but for these. Lower ones are as good; what is above `most`, or no number, counts as `most` or not at all. */
export function setLimits(wanted: Partial<Record<string, number>> = {}): void {
  const usable = limitNames.filter((name) => Object.hasOwn(wanted, name) && Number.isFinite(wanted[name]) && wanted[name]! >= 1);
  given = Object.fromEntries(usable.map((name) => [name, Math.min(Math.floor(wanted[name]!), limitTable[name].most)]));
  Object.assign(current, standard, given);
}

const units: Record<string, number> = { '': 1, KiB: kibibyte, MiB: mebibyte, GiB: gibibyte };

/** `member=512MiB` → name and number, or what is wrong with it. */
export function parseLimit(text: string): { name: LimitName; value: number } | string {
  const match = /^([a-z-]+)=(\d{1,15}) ?(KiB|MiB|GiB|)$/.exec(text);
  const name = limitNames.find((one) => one === match?.[1]);
  if (!match || !name) return `NAME=VALUE is expected, such as member=512MiB, with one of the names ${limitNames.filter(canRaise).join(', ')}`;
  const value = Number(match[2]) * units[match[3]!]!;
  if (value < 1 || value > limitTable[name].most) return `${name} is between 1 and ${limitTable[name].most}`;
  return { name, value };
}

const canRaise = (name: LimitName): boolean => limitTable[name].most > limitTable[name].value;

/** The note of a refusal. `found`: what would have been enough, where that is known. */
export function explainLimit(name: LimitName, found?: number): string {
  const { most } = limitTable[name];
  if (limits[name] >= most) return `The limit \`${name}\` cannot be raised beyond ${most}.`;
  const enough = found === undefined || found > most ? most : found;
  const beyond = found !== undefined && found > most ? ', which is less than this needs' : '';
  return `To raise the limit: \`--limit ${name}=${enough}\` on the command line, or \`limits = { ${name} = ${enough} }\` in [tool.terrarium]; ${most} is the most${beyond}.`;
}
