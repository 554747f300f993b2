// What the page knows and does: one plain class; components show it and call it.
import type { Artifact } from '../model/artifact';
import { fail, type Failure, type Outcome } from '../model/failure';
import type { NetworkReport } from '../model/network';
import type { Fix } from '../model/resolution';
import type { Progress } from '../model/progress';
import type { Answers, Built, Choices, Engine, Opened } from '../protocol/engine';
import { makePrintable } from '../model/make-printable';
import { PythonStatus } from './python-status.svelte';
import type { Dropped } from './read-drop';
import { settle } from './settle';
import { Wishes } from './wishes.svelte';

export type Phase = 'start' | 'opening' | 'opened' | 'building' | 'built';

const cancelled = fail('cancelled', 'Nothing was changed.');

export class Session {
  phase = $state<Phase>('start');
  choices = $state.raw<Choices>();
  opened = $state.raw<Opened>();
  built = $state.raw<Built>();
  failure = $state.raw<Failure>();
  progress = $state.raw<Progress>();
  cancelling = $state(false);
  /** Name of what was dropped last. */
  sourceName = $state('');
  readonly wishes = new Wishes();
  readonly python = new PythonStatus();

  #engine: Engine;
  #dropped: Dropped | undefined;
  /** The answers that `opened` was analysed with. */
  #answered = '';
  /** Messages of a job that is over are left: progress may arrive after the result. */
  #job = 0;
  #stop = () => {};

  constructor(engine: Engine) {
    this.#engine = engine;
    void this.python.watch(engine);
    void this.#loadChoices();
  }

  async #loadChoices(): Promise<void> {
    const choices = await settle(this.#engine.choices());
    if (!choices.ok) return this.refuse(choices.failure);
    this.choices = choices.value;
    this.wishes.start(choices.value);
  }

  get possibleTargets(): string[] {
    const { series } = this.wishes;
    const possible = (this.choices?.pythons ?? []).filter((one) => !series || one.series === series).flatMap(({ targets }) => targets);
    return (this.choices?.targets ?? []).map(({ id }) => id).filter((id) => possible.includes(id));
  }

  get busy(): boolean {
    return this.phase === 'opening' || this.phase === 'building';
  }

  /** Shows a failure that happened before the engine was asked. */
  refuse(failure: Failure): void {
    if (!this.busy) this.failure = makePrintable(failure);
  }

  async open(dropped: Dropped): Promise<void> {
    if (this.busy) return;
    if (this.#dropped?.name !== dropped.name) {
      this.#forget();
      this.wishes.forgetProject();
    }
    this.#dropped = dropped;
    this.sourceName = makePrintable(dropped.name);
    this.built = undefined;
    await this.#run('opening', (report) => this.#take(dropped, this.wishes.answers, report));
    // What is on the page is what was dropped last, unless the user thought better of it.
    if (this.failure && this.failure.code !== 'cancelled') this.#forget();
    this.phase = this.opened ? 'opened' : 'start';
    if (!this.choices) await this.#loadChoices();
  }

  async #take({ source }: Dropped, answers: Answers, report: (progress: Progress) => void): Promise<Outcome<Opened>> {
    const stopped = new Promise<typeof cancelled>((resolve) => (this.#stop = () => resolve(cancelled)));
    const taken = await Promise.race([source, stopped]);
    if (!taken.ok) return taken;
    const opened = await this.#engine.open(taken.value, answers, report);
    if (!opened.ok) return opened;
    this.#forget();
    this.opened = makePrintable(opened.value);
    this.wishes.fit(this.opened);
    this.#answered = JSON.stringify(this.wishes.answers);
    return opened;
  }

  /** After a question was answered: the same again, with the answer. */
  async goOn(): Promise<void> {
    if (this.opened) await this.build();
    else if (this.#dropped) await this.open(this.#dropped);
  }

  /** The same once more, with one of the fixes that a gap came with. */
  async fix(fix: Fix): Promise<void> {
    if (this.busy) return;
    this.wishes.take(fix, this.possibleTargets);
    await this.build();
  }

  /** Another project of the same drop. */
  async chooseProject(folder: string): Promise<void> {
    this.wishes.chooseProject(folder);
    if (this.#dropped) await this.open(this.#dropped);
  }

  async build(): Promise<void> {
    if (!this.opened || this.busy) return;
    this.built = undefined;
    const built = await this.#run('building', (report) => this.#pack(report));
    this.built = built && { ...built, resolution: { ...makePrintable(built.resolution), lock: built.resolution.lock }, notices: makePrintable(built.notices) };
    this.phase = built ? 'built' : 'opened';
  }

  /** Name, version and extras are part of the analysis: where they were changed since, it is made again. */
  async #pack(report: (progress: Progress) => void): Promise<Outcome<Built>> {
    const { answers } = this.wishes;
    if (this.#dropped && this.#answered !== JSON.stringify(answers)) {
      const opened = await this.#take(this.#dropped, answers, report);
      if (!opened.ok) return opened;
    }
    if (this.cancelling) return cancelled;
    return this.#engine.build(this.wishes.makeRequest(this.opened!.id, this.possibleTargets), report);
  }

  async cancel(): Promise<void> {
    this.cancelling = true;
    this.#stop();
    await this.#engine.cancel();
  }

  archive(artifact: Artifact): Promise<Outcome<{ name: string; blob: Blob }>> {
    return settle(this.#engine.archive(artifact));
  }

  network(): Promise<NetworkReport> {
    return this.#engine.network();
  }

  #forget(): void {
    if (this.opened) void this.#engine.close(this.opened.id);
    this.opened = undefined;
  }

  async #run<T>(phase: 'opening' | 'building', work: (report: (progress: Progress) => void) => Promise<Outcome<T>>): Promise<T | undefined> {
    const job = ++this.#job;
    this.phase = phase;
    this.failure = this.progress = undefined;
    const outcome = await settle(work((progress) => {
      if (job === this.#job) this.progress = makePrintable(progress);
    }));
    this.#job++;
    this.progress = undefined;
    this.cancelling = false;
    if (outcome.ok) return outcome.value;
    this.failure = makePrintable(this.python.explain(outcome.failure));
    return undefined;
  }
}
