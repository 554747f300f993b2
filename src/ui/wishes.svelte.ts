// What the user chose for a project → the parts of a build request. Kept when the same project is dropped again.
import { defaultOptions, type GivenFile } from '../model/build-options';
import type { Answers, BuildRequest, Choices, Opened } from '../protocol/engine';
import type { Fix } from '../model/resolution';
import { findSuggestions } from './find-suggestions';

export class Wishes {
  // Of whoever sits here: kept from project to project.
  /** Empty: the newest that has everything. */
  series = $state('');
  targets = $state<string[]>([]);
  outputs = $state<string[]>([]);
  // Of the project.
  entry = $state('');
  extras = $state<string[]>([]);
  confirmed = $state<string[]>([]);
  /** Further requirements, one on each line. */
  added = $state('');
  overrides = $state<string[]>([]);
  substitutes = $state<Record<string, string>>({});
  name = $state('');
  version = $state('');
  icon = $state.raw<GivenFile>();
  selfCommands = $state<boolean>(defaultOptions.selfCommands);

  /** Everything is wanted until somebody says otherwise. */
  start(choices: Choices): void {
    if (this.targets.length === 0) this.targets = choices.targets.map(({ id }) => id);
    if (this.outputs.length === 0) this.outputs = choices.outputs.map(({ id }) => id);
  }

  forgetProject(): void {
    this.entry = this.added = this.name = this.version = '';
    this.confirmed = [];
    this.extras = [];
    this.icon = undefined;
    this.selfCommands = defaultOptions.selfCommands;
    this.overrides = [];
    this.substitutes = {};
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
    const preferred = analysis.entries[analysis.preferredEntry] ?? analysis.entries[0];
    if (preferred && !analysis.entries.some(({ name }) => name === this.entry)) this.entry = preferred.name;
    const known = findSuggestions(analysis.imports).known.map(({ name }) => name);
    this.confirmed = this.confirmed.filter((name) => known.includes(name));
    this.extras = this.extras.filter((extra) => analysis.extras.includes(extra));
  }

  get answers(): Answers {
    const name = this.name.trim();
    const version = this.version.trim();
    return { extras: [...this.extras], ...(name && { name }), ...(version && { version }) };
  }

  /** `possible`: targets that the chosen Python has a runtime for. */
  makeRequest(id: string, possible: string[]): BuildRequest {
    const entry = this.entry.trim();
    return {
      id, answers: this.answers, python: this.series, outputs: [...this.outputs],
      requirements: [...this.confirmed, ...this.added.split('\n').map((line) => line.trim()).filter(Boolean)],
      targets: this.targets.filter((target) => possible.includes(target)),
      overrides: [...this.overrides], substitutes: { ...this.substitutes },
      ...defaultOptions, runtimeGroups: [], selfCommands: this.selfCommands, assemble: true,
      ...(this.icon && { icon: this.icon }),
      ...(entry && { entry }),
    };
  }
}
