// Build backends that lie in the project itself and mean harm, or are merely broken: what each does in build_wheel, and what must become of it.
// Plain data, for Node and for Chromium.
export interface HostileBackend {
  name: string;
  /** Statements of its build_wheel; without a further word they are followed by a good wheel. */
  does: string;
  /** Of the failure's message; where there is none, the build succeeds. */
  message?: RegExp;
}

const refused = /: (ModuleNotFoundError|ImportError|AttributeError|OSError|URLError|RuntimeError|JsException|FileNotFoundError|NameError)\b|it broke the Python that it ran in/;

/** Ways to the network, to the host's disk and to other threads. `{port}` is that of a server that counts its visitors. */
export const escapes: HostileBackend[] = [
  { name: 'imports js', does: 'import js; js.fetch("http://127.0.0.1:{port}/")', message: refused },
  { name: 'imports pyodide_js', does: 'import pyodide_js', message: refused },
  { name: 'runs JavaScript', does: 'from pyodide.code import run_js; run_js("fetch(\'http://127.0.0.1:{port}/\')")', message: refused },
  { name: 'opens an address with Pyodide', does: 'from pyodide.http import open_url; open_url("http://127.0.0.1:{port}/")', message: refused },
  { name: 'fetches with Pyodide', does: 'from pyodide.http import pyfetch; pyfetch("http://127.0.0.1:{port}/").send(None)', message: refused },
  { name: 'opens an address with urllib', does: 'import urllib.request; urllib.request.urlopen("http://127.0.0.1:{port}/", timeout=5)', message: refused },
  { name: 'opens a socket', does: 'import socket; socket.create_connection(("127.0.0.1", {port}), timeout=5)', message: refused },
  { name: 'climbs from an array to the constructor of functions', does: 'from pyodide.ffi import to_js; to_js([]).constructor.constructor("return process")()', message: refused },
  { name: 'climbs from an array to its prototype', does: 'from pyodide.ffi import to_js; to_js([]).__proto__', message: refused },
  { name: 'climbs from what is handed to Python', does: `import sys
frame = sys._getframe()
while "buffers" not in frame.f_locals: frame = frame.f_back
frame.f_locals["buffers"].shift.constructor("return process")()`, message: refused },
  { name: 'climbs from an error of JavaScript', does: `from pyodide.ffi import to_js, JsException
try: to_js([]).shift(1).absent
except (JsException, AttributeError) as error: getattr(error, "js_error", to_js([])).constructor.constructor("return process")()`, message: refused },
  { name: 'climbs from a proxy of its own', does: 'from pyodide.ffi import create_proxy; create_proxy(lambda: 1).constructor("return process")()', message: refused },
  { name: 'changes what JavaScript\'s arrays can do', does: 'from pyodide.ffi import to_js; to_js([]).at = 1', message: /: (JsException|AttributeError|TypeError)\b/ },
  { name: 'runs JavaScript through the C library', does: 'import ctypes; ctypes.CDLL(None).emscripten_run_script(b"globalThis.process.exit()")', message: refused },
  { name: 'reads the host\'s disk', does: 'open("{secret}").read()', message: /FileNotFoundError/ },
  { name: 'starts a program', does: 'import subprocess; subprocess.run(["true"])', message: /FileNotFoundError/ },
];

/** What ends or spoils an interpreter. */
export const breakages: HostileBackend[] = [
  { name: 'never ends', does: 'while True: pass', message: /^Building app with backend: it did not end within 8 seconds/ },
  { name: 'exits', does: 'raise SystemExit(3)', message: /^Building the project with backend: / },
  { name: 'ends the process', does: 'import os; os._exit(3)', message: /^Building app with backend: it broke the Python that it ran in/ },
  { name: 'aborts', does: 'import os; os.abort()', message: /^Building app with backend: it broke the Python that it ran in/ },
  { name: 'crashes Pyodide', does: 'import _pyodide_core; _pyodide_core.trigger_fatal_error()', message: /^Building (app|the project) with backend: / },
  { name: 'takes all memory', does: 'bytearray(3_900_000_000)', message: /^Building (app|the project) with backend: (MemoryError|OverflowError|it broke)/ },
  { name: 'calls itself without end', does: 'def f(): f()\nf()', message: /RecursionError/ },
  { name: 'replaces the door of verbs', does: 'import sys\nframe = sys._getframe()\nwhile frame.f_back: frame = frame.f_back\nframe.f_globals["door"].print_answer = lambda answer: "not JSON"', message: /^Building app with backend: it broke the Python that it ran in/ },
  { name: 'answers with something else', does: 'import sys\nframe = sys._getframe()\nwhile frame.f_back: frame = frame.f_back\nframe.f_globals["door"].print_answer = lambda answer: "[]"', message: /^Building app with backend: its answer cannot be read/ },
  { name: 'changes the standard library for those after it', does: 'import zipfile, json, os\nzipfile.ZipFile.writestr_before = True; os.linesep = "spoilt"; json.loads = None' },
  { name: 'leaves files about', does: 'import os\nos.makedirs("/tmp/terrarium/left", exist_ok=True)\nopen("/tmp/terrarium/left/x", "w").close(); open("/project/left", "w").close()' },
];

const indent = (text: string) => text.replace(/^/gm, '    ');

/** The files of a project that is its own backend. */
export function writeBackend(does: string, values: Record<string, string | number> = {}): { path: string; bytes: Uint8Array }[] {
  const filled = Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, `${value}`), does);
  const text = `import os, zipfile
def build_wheel(folder, *_):
${indent(filled)}
    with zipfile.ZipFile(os.path.join(folder, "app-1.0-py3-none-any.whl"), "w") as archive:
        archive.writestr("app.py", "")
        archive.writestr("left.txt", repr(sorted(os.listdir("/project"))) + repr(os.path.exists("/tmp/terrarium/left")) + repr(os.linesep))
        archive.writestr("app-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: app\\nVersion: 1.0\\n")
    return "app-1.0-py3-none-any.whl"
`;
  return [{ path: 'backend.py', bytes: new TextEncoder().encode(text) }];
}
