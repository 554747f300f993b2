// What the stages ask of the outside: an index, runtimes, launchers and a store. Implemented in src/supply, once for the
// browser and once for Node; the stages know only this.
import type { Outcome } from '../model/failure';
import type { IndexChoice } from '../model/index-choice';
import type { NetworkReport } from '../model/network';
import type { Reporter } from '../model/progress';
import type { WheelRef } from '../model/resolution';
import type { RuntimeCatalogue, RuntimeManifest } from '../model/runtime';
import type { Answer, Want } from './python';

/** Bytes by name, kept between builds: origin-private file system in the browser, a cache folder in Node, memory where neither is to be had. */
export interface Store {
  /** Names are `[a-z0-9-]+/[A-Za-z0-9._-]+`, as in `wheels/<sha256>`, `layers/<key>`. Undefined when absent. */
  get(name: string): Promise<Blob | undefined>;
  /** Atomic: another reader sees all or nothing. Returns a Blob that is backed by the store where it can. */
  put(name: string, bytes: Blob | Uint8Array): Promise<Blob>;
  delete(name: string): Promise<void>;
}

/** What an index can answer; a source archive has to be built. */
export type IndexWant = Exclude<Want, { kind: 'source' }>;

export interface Index {
  /** What it answers from, without credentials: the same key gives the same answers. */
  key?: string;
  /** Answers every want of a round at once; what could not be had carries `problem`. `blobs[answer.blob]` is the body. */
  answer(wants: IndexWant[], reporter: Reporter): Promise<Outcome<{ answers: Answer[]; blobs: Uint8Array[] }>>;
  /** A whole wheel from the store or the index, its sha256 checked both ways. */
  wheel(wheel: WheelRef, reporter: Reporter): Promise<Outcome<Blob>>;
  /** Those of the wheels that the store does not have. */
  findMissing?(wheels: WheelRef[]): Promise<WheelRef[]>;
  /** Lines for people since the last call: what was used offline, which index gave what. */
  takeNotices?(): string[] | Promise<string[]>;
}

export interface Runtimes {
  catalogue(): Promise<Outcome<RuntimeCatalogue>>;
  manifest(series: string, target: string): Promise<Outcome<RuntimeManifest>>;
  /** One file of the pack's folder, hash checked. */
  file(manifest: RuntimeManifest, file: string, sha256: string, reporter: Reporter): Promise<Outcome<Blob>>;
}

export interface Launchers {
  /** The prebuilt launcher of a target, hash checked against `launchers/launchers.json`. */
  launcher(target: string): Promise<Outcome<Uint8Array>>;
}

/** What was asked of the network, or taken from the store in its place. */
export interface NetworkLog {
  /** Forgets what there was. */
  restart(): void;
  report(): NetworkReport;
}

export interface Supply {
  store: Store;
  /** Over the indexes that were chosen, else over those that are set up here. */
  openIndex(choice: IndexChoice): Promise<Outcome<Index>>;
  runtimes: Runtimes;
  launchers: Launchers;
  network: NetworkLog;
}
