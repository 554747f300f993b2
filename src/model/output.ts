// A kind of artifact. One file in src/outputs per kind.
import type { Outcome } from './failure';
import type { Ingredients } from './ingredients';
import type { PlannedArtifact } from './plan';
import type { Reporter } from './progress';

/** A plan of one artifact, and the bytes of its parts by part id (layer parts too). */
export interface Prepared {
  planned: PlannedArtifact;
  bytes: Map<string, Blob | Uint8Array>;
  /** Lines for people. */
  notices?: string[];
  /** Raw SHA-256 of the pages of parts that begin on a page, by part id (Mach-O). */
  pages?: Map<string, Uint8Array>;
}

export interface Output {
  id: string;
  label: string;
  description: string;
  /** One artifact per target, or one for all. */
  plan(ingredients: Ingredients): Promise<Outcome<Prepared[]>>;
  /** Joins the parts. */
  assemble(prepared: Prepared, reporter: Reporter): Promise<Outcome<Blob>>;
}
