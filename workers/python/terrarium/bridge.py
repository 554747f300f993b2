"""What workers/python/interpreter.ts calls: JavaScript's buffers → the door → plain tuples. The only module that sees JavaScript's objects."""
import hashlib
import shutil
import socket
import sys
import traceback

from . import door


def call(verb: str, request: str, buffers) -> tuple:
    """(answer, blobs, traceback): either an answer or the text of a traceback."""
    try:
        return *door.call(verb, request, take(buffers)), None
    except BaseException:  # a build backend may raise SystemExit, which would end the interpreter
        return None, [], traceback.format_exc()


def take(buffers) -> list[bytes]:
    # Emptied while it is copied, so that a large wheel is not held twice during the call.
    blobs = []
    while buffers.length:
        blobs.append(buffers.shift().to_bytes())
    return blobs


def digest(buffer) -> str:
    return hashlib.sha256(buffer.to_bytes()).hexdigest()


def remove(folder: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def any_socket() -> socket.socket:
    """Emscripten's socket operations are reached through an open socket only."""
    return socket.socket()


def settle() -> None:
    """The last step of every start."""
    # After this `import js` fails: neither the worker's globals nor Pyodide's loader are at hand for a build backend.
    for name in ("js", "pyodide_js", "pyodide_js._api"):
        sys.modules.pop(name, None)
    # Pyodide adds the current folder, and once more when a snapshot is restored.
    sys.path[:] = [entry for entry in dict.fromkeys(sys.path) if entry]
