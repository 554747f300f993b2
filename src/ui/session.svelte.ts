// What the page knows and does: one plain class; components show it and call it.
import type { Artifact } from '../model/artifact';
import { fail, type Failure, type Outcome } from '../model/failure';
import type { Progress } from '../model/progress';
import type { Source } from '../model/project';
import type { Answers, Built, Choices, Engine, Opened } from '../protocol/engine';

export type Phase = 'start' | 'opening' | 'opened' | 'building' | 'built';

export class Session {
  phase = $state<Phase>('start');
  /** Python's state, for the line below the title. */
  python = $state<{ state: 'starting' } | { state: 'ready'; python: string; boot: string; milliseconds: number } | { state: 'failed'; message: string }>({ state: 'starting' });
  choices = $state.raw<Choices>();
  opened = $state.raw<Opened>();
  built = $state.raw<Built>();
  failure = $state.raw<Failure>();
  progress = $state.raw<Progress>();
  /** Names of what is worked on, for the status line. */
  sourceName = $state('');

  // The user's choices, kept when the same project is dropped again.
  entry = $state('');
  series = $state('');
  targets = $state<string[]>([]);
  outputs = $state<string[]>([]);
  confirmed = $state<string[]>([]);
  extras = $state<string[]>([]);
  version = $state('');
  name = $state('');

  #engine: Engine;
  #source: Source | undefined;
  /** Messages of a job that is over are dropped: progress may arrive after the result. */
  #job = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.ready().then(
      (ready) => (this.python = { state: 'ready', ...ready }),
      (error: Error) => (this.python = { state: 'failed', message: error.message }),
    );
    void this.#loadChoices();
  }

  async #loadChoices(): Promise<void> {
    const choices = await settle(this.#engine.choices());
    if (!choices.ok) {
      this.failure = choices.failure;
      return;
    }
    this.choices = choices.value;
    this.series ||= choices.value.pythons[0]?.series ?? '';
    if (this.targets.length === 0) this.targets = this.possibleTargets;
    if (this.outputs.length === 0) this.outputs = choices.value.outputs.map(({ id }) => id);
  }

  get possibleTargets(): string[] {
    const possible = this.choices?.pythons.find((one) => one.series === this.series)?.targets ?? [];
    return (this.choices?.targets ?? []).map(({ id }) => id).filter((id) => possible.includes(id));
  }

  get busy(): boolean {
    return this.phase === 'opening' || this.phase === 'building';
  }

  async open(source: Source): Promise<void> {
    if (this.busy) return;
    const again = this.opened?.source === source.name;
    this.#source = source;
    this.sourceName = source.name;
    if (!again) this.#forgetChoices();
    if (this.opened) void this.#engine.close(this.opened.id);
    this.built = undefined;
    const opened = await this.#run('opening', (report) => this.#engine.open(source, this.#answers(), report));
    if (!opened) return;
    this.opened = opened;
    const preferred = opened.analysis.entries[opened.analysis.preferredEntry] ?? opened.analysis.entries[0];
    if (!opened.analysis.entries.some(({ name }) => name === this.entry)) this.entry = preferred?.name ?? '';
    this.phase = 'opened';
  }

  /** After a question was answered (name, version, extras): analysis again, with the answer. */
  async reopen(): Promise<void> {
    if (this.#source) await this.open(this.#source);
  }

  async build(): Promise<void> {
    const { opened } = this;
    if (!opened || this.busy) return;
    this.built = undefined;
    const request = {
      id: opened.id, answers: this.#answers(), requirements: [...this.confirmed],
      python: this.series, targets: this.targets.filter((id) => this.possibleTargets.includes(id)), outputs: [...this.outputs],
      shebang: '/usr/bin/env python3', runtimeGroups: [], assemble: true,
      ...(this.entry && { entry: this.entry }),
    };
    const built = await this.#run('building', (report) => this.#engine.build(request, report));
    if (!built) return;
    this.built = built;
    this.phase = 'built';
  }

  async cancel(): Promise<void> {
    await this.#engine.cancel();
  }

  archive(artifact: Artifact): Promise<Outcome<{ name: string; blob: Blob }>> {
    return settle(this.#engine.archive(artifact));
  }

  #answers(): Answers {
    return { extras: [...this.extras], ...(this.name.trim() && { name: this.name.trim() }), ...(this.version.trim() && { version: this.version.trim() }) };
  }

  #forgetChoices(): void {
    this.entry = this.version = this.name = '';
    this.confirmed = [];
    this.extras = [];
    this.opened = undefined;
  }

  async #run<T>(phase: 'opening' | 'building', work: (report: (progress: Progress) => void) => Promise<Outcome<T>>): Promise<T | undefined> {
    const job = ++this.#job;
    this.phase = phase;
    this.failure = undefined;
    this.progress = undefined;
    const outcome = await settle(work((progress) => {
      if (job === this.#job) this.progress = progress;
    }));
    this.#job++;
    this.progress = undefined;
    if (outcome.ok) return outcome.value;
    this.failure = outcome.failure;
    this.phase = phase === 'building' || this.opened ? 'opened' : 'start';
    return undefined;
  }
}

/** A rejection is a bug, or Python running out of memory: told as such, never a bare exception. */
async function settle<T>(work: Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return fail('terrarium/bug', 'Terrarium itself failed; your files are untouched.', text.trim().split('\n').at(-1) ?? '', 'Try again; if it happens again, report it with the project that shows it.');
  }
}
