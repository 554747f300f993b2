// What the user chose for a project → the parts of a build request. Kept when the same project is dropped again.
import { defaultOptions, type FileOptions, type GivenFile } from '../model/build-options';
import type { Answers, BuildRequest, Choices, Opened } from '../protocol/engine';
import type { Entry } from '../model/analysis';
import type { Fix } from '../model/resolution';
import { findSuggestions } from './find-suggestions';
import { IndexWishes } from './index-wishes.svelte';

export class Wishes {
  // Of whoever sits here: kept from project to project.
  /** Empty: the newest that has everything. */
  series = $state('');
  targets = $state<string[]>([]);
  outputs = $state<string[]>([]);
  readonly indexes = new IndexWishes();
  // Of the project.
  entry = $state('');
  extras = $state<string[]>([]);
  groups = $state<string[]>([]);
  /** Path of the lock that counts; empty: none. */
  lock = $state('');
  /** Folder, where several projects were dropped. */
  project = $state('');
  wheels = $state.raw<GivenFile[]>([]);
  confirmed = $state<string[]>([]);
  /** Further requirements, one on each line. */
  added = $state('');
  overrides = $state<string[]>([]);
  substitutes = $state<Record<string, string>>({});
  name = $state('');
  version = $state('');
  icon = $state.raw<GivenFile>();
  selfCommands = $state<boolean>(defaultOptions.selfCommands);
  shebang: string = defaultOptions.shebang;
  runtimeGroups: string[] = [];

  /** Extras, groups and lock are what the project itself says until it has been opened once. */
  #asked = false;

  /** Everything is wanted until somebody says otherwise. */
  start(choices: Choices): void {
    if (this.targets.length === 0) this.targets = choices.targets.map(({ id }) => id);
    if (this.outputs.length === 0) this.outputs = choices.outputs.map(({ id }) => id);
  }

  /** Another one has extras, groups, locks and options of its own. */
  chooseProject(folder: string): void {
    this.forgetProject();
    this.project = folder;
  }

  /** As `[tool.terrarium]` would hold it: what differs from what is done anyway. */
  toFileOptions(preferred: string | undefined, choices: Choices | undefined): FileOptions {
    const all = (chosen: string[], known: { id: string }[] | undefined) => chosen.length === known?.length;
    const added = this.added.split('\n').map((line) => line.trim()).filter(Boolean);
    const name = this.name.trim();
    const version = this.version.trim();
    return {
      ...(this.entry && this.entry !== preferred && { entry: this.entry }),
      ...((this.confirmed.length || added.length) && { requirements: [...this.confirmed, ...added] }),
      ...(this.series && { python: this.series }),
      ...(!all(this.targets, choices?.targets) && { targets: [...this.targets] }), ...(!all(this.outputs, choices?.outputs) && { outputs: [...this.outputs] }),
      ...(name && { name }), ...(version && { version }),
      ...(this.extras.length && { extras: [...this.extras] }), ...(this.groups.length && { groups: [...this.groups] }),
      ...(this.overrides.length && { overrides: [...this.overrides] }), ...(Object.keys(this.substitutes).length && { substitutes: { ...this.substitutes } }),
      ...(this.runtimeGroups.length && { runtimeGroups: [...this.runtimeGroups] }), ...(this.shebang !== defaultOptions.shebang && { shebang: this.shebang }),
      ...(this.selfCommands && { selfCommands: true }), ...this.indexes.fileOptions,
    };
  }

  forgetProject(): void {
    this.entry = this.added = this.name = this.version = '';
    this.indexes.forgetProject();
    this.confirmed = [];
    this.extras = [];
    this.groups = [];
    this.wheels = [];
    this.lock = this.project = '';
    this.#asked = false;
    this.icon = undefined;
    this.selfCommands = defaultOptions.selfCommands;
    this.overrides = [];
    this.substitutes = {};
    this.shebang = defaultOptions.shebang;
    this.runtimeGroups = [];
  }

  /** One of the fixes that a gap came with. */
  take(fix: Fix, possible: string[]): void {
    if (fix.kind === 'python') this.series = fix.series;
    else if (fix.kind === 'version') this.overrides = [...this.overrides.filter((other) => other !== fix.override), fix.override];
    else if (fix.kind === 'substitute') this.substitutes = { ...this.substitutes, [fix.name]: fix.other };
    else this.targets = this.targets.filter((target) => target !== fix.target && possible.includes(target));
  }

  /** What the project no longer has cannot be wished for: a box that is not shown must not count. */
  fit({ analysis }: Opened): void {
    if (!this.#asked) this.#adopt(analysis);
    this.#asked = true;
    const preferred = analysis.entries[analysis.preferredEntry] ?? analysis.entries[0];
    const known = ({ name, value }: Entry) => name === this.entry || value === this.entry;
    const own = analysis.entries.find(known);
    if (own) this.entry = own.name;
    else if (preferred && this.entry !== analysis.options.entry) this.entry = preferred.name;
    const suggested = findSuggestions(analysis.imports).known.map(({ name }) => name);
    this.confirmed = this.confirmed.filter((name) => suggested.includes(name));
    this.extras = this.extras.filter((extra) => analysis.extras.includes(extra));
    this.groups = this.groups.filter((group) => analysis.groups.includes(group));
    if (!analysis.locks.includes(this.lock)) this.lock = analysis.lock ?? '';
    this.project = analysis.project;
  }

  /** What the project says of itself ([tool.terrarium]) is where people start from. */
  #adopt({ chosen, lock, options }: Opened['analysis']): void {
    this.indexes.adopt({ options });
    this.extras = [...chosen.extras];
    this.groups = [...chosen.groups];
    this.lock = lock ?? '';
    if (options.entry !== undefined) this.entry = options.entry;
    if (options.python !== undefined) this.series = options.python;
    if (options.targets) this.targets = [...options.targets];
    if (options.outputs) this.outputs = [...options.outputs];
    if (options.requirements) this.added = options.requirements.join('\n');
    if (options.overrides) this.overrides = [...options.overrides];
    if (options.substitutes) this.substitutes = { ...options.substitutes };
    if (options.selfCommands !== undefined) this.selfCommands = options.selfCommands;
    this.shebang = options.shebang ?? defaultOptions.shebang;
    this.runtimeGroups = [...(options.runtimeGroups ?? [])];
  }

  get answers(): Answers {
    const { name, version, project } = this;
    const given = Object.entries({ name: name.trim(), version: version.trim(), project }).filter(([, value]) => value !== '');
    const chosen = this.#asked ? { extras: [...this.extras], groups: [...this.groups], lock: this.lock } : {};
    return { ...Object.fromEntries(given), ...chosen, ...this.indexes.choice };
  }

  /** `possible`: targets that the chosen Python has a runtime for. */
  makeRequest(id: string, possible: string[]): BuildRequest {
    const entry = this.entry.trim();
    return {
      id, answers: this.answers, python: this.series, outputs: [...this.outputs],
      requirements: [...this.confirmed, ...this.added.split('\n').map((line) => line.trim()).filter(Boolean)],
      targets: this.targets.filter((target) => possible.includes(target)),
      overrides: [...this.overrides], substitutes: { ...this.substitutes },
      shebang: this.shebang, runtimeGroups: [...this.runtimeGroups], selfCommands: this.selfCommands, wheels: [...this.wheels], assemble: true,
      ...(this.icon && { icon: this.icon }), ...this.indexes.choice,
      ...(entry && { entry }),
    };
  }
}
