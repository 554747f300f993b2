// What resolution asks of building: distributions of which only the source is published. Implemented in src/build.
import type { Outcome } from '../model/failure';
import type { Reporter } from '../model/progress';
import type { SourceRef, WheelRef } from '../model/resolution';

export interface Sources {
  /** The METADATA that a wheel built of the archive has; built where the archive does not say it for certain. */
  metadata(source: SourceRef, reporter: Reporter): Promise<Outcome<Uint8Array>>;
  /** The wheel, built now or earlier; its bytes are in the store. `notices`: lines for people. */
  wheel(source: SourceRef, reporter: Reporter): Promise<Outcome<{ wheel: WheelRef; notices: string[] }>>;
}
