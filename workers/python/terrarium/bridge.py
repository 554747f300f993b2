"""What workers/python/interpreter.ts calls: JavaScript's buffers → the door → plain tuples. The only module that sees JavaScript's objects."""
import hashlib
import shutil
import socket
import sys
import traceback

from . import door
from .large_blob import LargeBlob


def call(verb: str, request: str, buffers) -> tuple:
    """(answer, blobs, traceback): either an answer or the text of a traceback. A large blob is given as the path of its file, which is the caller's."""
    blobs = take(buffers)
    given = [blob for blob in blobs if isinstance(blob, LargeBlob)]
    try:
        answer, made = door.call(verb, request, blobs)
        return answer, [blob.path if isinstance(blob, LargeBlob) else blob for blob in made], None
    except BaseException:  # a build backend may raise SystemExit, which would end the interpreter
        return None, [], traceback.format_exc()
    finally:
        for blob in given:
            blob.remove()


def take(buffers) -> list:
    """A large one is the path of a file that was written for it."""
    # Emptied while it is copied, so that a large wheel is not held twice during the call.
    blobs = []
    while buffers.length:
        buffer = buffers.shift()
        blobs.append(LargeBlob.open(buffer) if isinstance(buffer, str) else buffer.to_bytes())
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
