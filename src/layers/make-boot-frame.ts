// Entry points and a runtime → Frame with boot.py (and boot.pyc), self.py and the `._pth` file that make the app's folder start.
import { sha256 } from '../formats/bytes/sha256';
import { success, type Outcome } from '../model/failure';
import type { Entry } from '../model/analysis';
import type { Frame } from '../model/ingredients';
import type { RuntimeManifest } from '../model/runtime';
import type { Python } from '../protocol/python';

export interface Boot {
  name: string;
  commands: Entry[];
  preferred: string;
  /** Some wheel brought `.pth` files. */
  pthSite: boolean;
  /** Byte code of the app's Python can be made here. */
  compile: boolean;
}

export async function makeBootFrame(boot: Boot, runtime: RuntimeManifest, runtimeKey: string, python: Python): Promise<Outcome<Frame>> {
  const { answer, blobs: [compiled] } = await python.call('boot', boot);
  if (!answer.ok) return answer;
  const encoder = new TextEncoder();
  return makeFilesFrame(
    [
      { path: 'boot.py', bytes: encoder.encode(answer.value.text) },
      ...(compiled ? [{ path: 'boot.pyc', bytes: compiled }] : []),
      { path: 'self.py', bytes: encoder.encode(answer.value.self) },
      { path: runtime.pthName, bytes: encoder.encode(printPth(runtime, runtimeKey)) },
    ],
    true,
    python,
  );
}

export async function makeFilesFrame(files: { path: string; bytes: Uint8Array }[], end: boolean, python: Python): Promise<Outcome<Frame>> {
  const request = { files: files.map(({ path }) => ({ path, executable: false })), end };
  const { answer, blobs } = await python.call('files_layer', request, files.map(({ bytes }) => bytes));
  if (!answer.ok) return answer;
  const frame = blobs[0]! as Uint8Array<ArrayBuffer>;
  return success({
    sha256: await sha256(frame), size: frame.length, ...answer.value,
    native: [], pth: [], tkinter: false, fileUses: [], warnings: [], blob: new Blob([frame]),
  });
}

/**
 * `sys.path`, one entry a line, relative to the app's folder. Where the interpreter is a link, `lib` beside it is one too;
 * Windows has hard links of single files only, so there the library is named in the runtime's folder.
 */
function printPth(runtime: RuntimeManifest, runtimeKey: string): string {
  const windows = runtime.interpreter.endsWith('.exe');
  const library = runtime.stdlibPaths.map((path) => (windows ? `..\\..\\runtimes\\${runtimeKey}\\${path}` : path));
  return [...library, 'app', 'site-packages', ''].join('\n');
}
