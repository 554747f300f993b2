// The project as a wheel, and what its metadata says: all that the stages after the build know of the app.
import type { Entry } from './analysis';

export interface AppWheel {
  filename: string;
  bytes: Uint8Array;
  sha256: string;
  /** Of its build: lines for people. */
  notices: string[];
}

export interface App {
  wheel: AppWheel;
  name: string;
  version: string;
  /** PEP 508 strings. */
  requires: string[];
  requiresPython?: string;
  entries: Entry[];
  /** Text of METADATA. */
  metadata: string;
  /** Lines for people. */
  notices: string[];
}
