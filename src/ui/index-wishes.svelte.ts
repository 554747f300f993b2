// Which indexes people want → the part of a request that says so. Credentials live here and in requests, and nowhere else.
import type { Analysis } from '../model/analysis';
import { configuredName, printFileIndexes, readFileIndexes, type GivenIndex, type IndexChoice, type NamedIndex } from '../model/index-choice';

export interface IndexRow extends Required<GivenIndex> {
  id: number;
}

const noIndex = { name: '', url: '', username: '', password: '', explicit: false, byProject: false };

export class IndexWishes {
  // Of whoever sits here: those that a person gave are kept from project to project, as long as the page is open.
  rows = $state<IndexRow[]>([]);
  /** After them, those that are set up here. */
  alsoConfigured = $state(true);
  // Of the project.
  /** `torch = corp`, one on each line. */
  from = $state('');
  uploadedPriorTo = $state('');

  #ids = 0;

  add(index: Partial<GivenIndex> = {}): IndexRow {
    this.rows = [...this.rows, { ...noIndex, ...index, id: ++this.#ids }];
    return this.rows.at(-1)!;
  }

  remove(row: IndexRow): void {
    this.rows = this.rows.filter(({ id }) => id !== row.id);
  }

  moveUp(row: IndexRow): void {
    const at = this.rows.findIndex(({ id }) => id === row.id);
    if (at > 0) this.rows = [...this.rows.slice(0, at - 1), this.rows[at]!, this.rows[at - 1]!, ...this.rows.slice(at + 1)];
  }

  forgetProject(): void {
    this.rows = this.rows.filter(({ byProject }) => !byProject);
    this.from = this.uploadedPriorTo = '';
    if (!this.rows.some(({ explicit }) => !explicit)) this.alsoConfigured = true;
  }

  /** What the project says of itself counts where people have said nothing. */
  adopt({ options }: Pick<Analysis, 'options'>): void {
    const searched = this.rows.some(({ explicit }) => !explicit);
    const own = readFileIndexes(options).filter(({ name, explicit }) => (explicit || !searched) && !this.rows.some((row) => row.name === name));
    if (own.some(({ explicit }) => !explicit)) this.alsoConfigured = own.some(({ name }) => name === configuredName);
    for (const index of own) if (index.name !== configuredName) this.add(index);
    this.from ||= Object.entries(options.from ?? {}).map(([name, index]) => `${name} = ${index}`).join('\n');
    this.uploadedPriorTo ||= options.uploadedPriorTo ?? '';
  }

  /** Of the project's own sources, those that nobody has taken over. */
  listForeign({ sources }: Pick<Analysis, 'sources'>): NamedIndex[] {
    return sources.indexes.filter(({ name }) => !this.rows.some((row) => row.name.trim() === name));
  }

  get chosen(): boolean {
    return this.rows.length > 0 || this.from !== '' || this.uploadedPriorTo !== '';
  }

  get choice(): IndexChoice {
    const indexes = this.#indexes;
    const from = this.#pairs;
    const uploadedPriorTo = this.uploadedPriorTo.trim();
    return { ...(indexes.length && { indexes }), ...(Object.keys(from).length && { from }), ...(uploadedPriorTo && { uploadedPriorTo }) };
  }

  /** As `[tool.terrarium]` holds it. */
  get fileOptions(): Omit<IndexChoice, 'indexes'> & ReturnType<typeof printFileIndexes> {
    const { indexes = [], ...rest } = this.choice;
    return { ...rest, ...printFileIndexes(indexes) };
  }

  get #indexes(): GivenIndex[] {
    const given = this.rows.filter(({ url }) => url.trim()).map(({ name, url, username, password, explicit, byProject }, at): GivenIndex => ({
      name: name.trim() || `index-${at + 1}`, url: url.trim(),
      ...((username || password) && { username, password }), ...(explicit && { explicit }),
      // Who types credentials beside an address means that address.
      ...(byProject && !username && !password && { byProject }),
    }));
    const last = this.alsoConfigured && given.some(({ explicit }) => !explicit) ? [{ name: configuredName, url: '' }] : [];
    return [...given, ...last];
  }

  get #pairs(): Record<string, string> {
    const lines = this.from.split('\n').map((line) => line.trim()).filter(Boolean);
    return Object.fromEntries(lines.map((line) => line.split('=').map((part) => part.trim())).map(([name = '', ...index]) => [name, index.join('=')]));
  }
}
