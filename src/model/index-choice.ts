// Which indexes are asked, for what, and how old a file may be: chosen by people, or by the project.

/** An index by name and address. Without credentials it may be shown, kept and written down. */
export interface NamedIndex {
  name: string;
  url: string;
}

export interface GivenIndex extends NamedIndex {
  /** Credentials stay in memory, and go to the origin of `url` only: they are in no file, key, message or log. */
  username?: string;
  password?: string;
  /** Asked only for what `from` takes from it. */
  explicit?: boolean;
  /** A file of the project names it, and nobody else: it gets no credentials, and must be public. */
  byProject?: boolean;
}

/** Name of an index without an address: those that are set up here, in their order. */
export const configuredName = 'configured';

export interface IndexChoice {
  /** Asked in this order, the first that has a name wins; those that are set up here where none is for everything. */
  indexes?: GivenIndex[];
  /** By distribution: the index that it is taken from, and no other. */
  from?: Record<string, string>;
  /** RFC 3339 date or time: what was uploaded then or later does not exist. */
  uploadedPriorTo?: string;
}

/** `NAME=URL`, a plain URL or `configured`, as command line and `[tool.terrarium]` have it. */
export function parseIndex(text: string, at: number): NamedIndex {
  const match = /^([\w.-]+)=(.*)$/s.exec(text);
  if (match) return { name: match[1]!, url: match[2]! };
  return text === configuredName ? { name: configuredName, url: '' } : { name: `index-${at + 1}`, url: text };
}

/** Those of `[tool.terrarium]`. */
export function readFileIndexes({ indexes = [], namedIndexes = [] }: { indexes?: string[]; namedIndexes?: string[] }): GivenIndex[] {
  const read = (texts: string[]): GivenIndex[] => texts.map(parseIndex).map((index) => (index.name === configuredName ? index : { ...index, byProject: true }));
  return [...read(indexes), ...read(namedIndexes).map((index) => ({ ...index, explicit: true }))];
}

/** As `[tool.terrarium]` holds them: without credentials, wherever these stood. */
export function printFileIndexes(indexes: GivenIndex[]): { indexes?: string[]; namedIndexes?: string[] } {
  const print = (own: GivenIndex[]): string[] => own.map(({ name, url }) => (url === '' ? name : `${name}=${withoutCredentials(url)}`));
  const [searched, named] = [print(indexes.filter(({ explicit }) => !explicit)), print(indexes.filter(({ explicit }) => explicit))];
  return { ...(searched.length && { indexes: searched }), ...(named.length && { namedIndexes: named }) };
}

/** What is wrong with an index that somebody named; undefined where nothing is. */
export function findIndexProblem({ name, url }: NamedIndex): string | undefined {
  if (!/^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/.test(name)) return `an index is called by letters, digits, "-", "_" and ".", not "${name.slice(0, 60)}"`;
  if (name === configuredName) return url === '' ? undefined : `"${configuredName}" stands for the indexes that are set up here and has no address`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return `an index has an address such as https://index.example/simple/; ${withoutCredentials(url).slice(0, 100) || 'none'} is none`;
  return undefined;
}

/** Whatever was meant for an address. */
export function withoutCredentials(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) return text.replace(/^.*@/s, '');
  return Object.assign(new URL(text), { username: '', password: '' }).href;
}

/** An RFC 3339 date (the start of that day in UTC) or time → ISO 8601 in UTC; undefined where it is neither. */
export function findInstant(text: string): string | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)([Zz]|[+-]\d\d:\d\d))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, time = '00:00:00', zone = 'Z'] = match;
  const instant = new Date(`${year}-${month}-${day}T${time}${zone.toUpperCase()}`);
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return Number.isNaN(instant.getTime()) || !isDay ? undefined : instant.toISOString();
}
