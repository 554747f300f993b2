// The engine's Python, as the page shows it: starting, ready, failed.
import { fail, type Failure } from '../model/failure';
import type { Engine } from '../protocol/engine';
import { makePrintable } from '../model/make-printable';

export class PythonStatus {
  state = $state<'starting' | 'ready' | 'failed'>('starting');
  /** What starting took. */
  milliseconds = $state(0);
  message = $state('');

  /** A cancelled job ends the interpreter that was starting; the next one is watched then. */
  async watch(engine: Engine): Promise<void> {
    try {
      this.milliseconds = (await engine.ready()).milliseconds;
      this.state = 'ready';
    } catch (error) {
      if (error instanceof Error && error.name === 'Cancelled') return this.watch(engine);
      this.message = makePrintable(error instanceof Error ? error.message : String(error));
      this.state = 'failed';
    }
  }

  /** Whatever broke because there is no Python is no fault of its own. */
  explain(failure: Failure): Failure {
    if (this.state !== 'failed' || failure.code !== 'terrarium/bug') return failure;
    return fail('supply/unreachable', 'Python did not start in this tab.', this.message, 'Reload the page. If that does not help: a current browser with WebAssembly is needed, and the server must have been set up.').failure;
  }
}
