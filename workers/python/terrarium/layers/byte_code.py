"""A wheel's sources → their .pyc files: those that compile here at all, each compiled once."""
import sys
import warnings
from collections import OrderedDict
from hashlib import sha256

from .depth import nests_too_deep
from .pyc import write_pyc

_CACHE_LIMIT = 32 << 20


def assert_series(python: str) -> None:
    """A caller that wants another series' byte code is mistaken: only its own interpreter can make that."""
    running = '%d.%d' % sys.version_info[:2]
    if '.'.join(python.split('.')[:2]) != running:
        raise ValueError(f'byte code for Python {python} was asked of Python {running}')


def pyc_path(path: str) -> str:
    folder, slash, name = path.rpartition('/')
    return f'{folder}{slash}__pycache__/{name.removesuffix(".py")}.{sys.implementation.cache_tag}.pyc'


class ByteCodeCache:
    """The byte code of lately compiled sources, so that a rebuilt app compiles only what changed."""

    def __init__(self, limit: int = _CACHE_LIMIT):
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[bytes, bytes | None] = OrderedDict()

    def make_pyc(self, source: bytes, path: str) -> bytes | None:
        key = sha256(path.encode() + b'\0' + source).digest()
        if key in self._entries:
            self._entries.move_to_end(key)
            return self._entries[key]
        pyc = make_pyc(source, path)
        self._keep(key, pyc)
        return pyc

    def _keep(self, key: bytes, pyc: bytes | None) -> None:
        self._entries[key] = pyc
        self._size += len(pyc or b'')
        while self._size > self._limit:
            self._size -= len(self._entries.popitem(last=False)[1] or b'')


def make_pyc(source: bytes, path: str) -> bytes | None:
    """None for what does not compile (Python 2 leftovers, templates): such files ship as they are, as compileall leaves them."""
    if nests_too_deep(source):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            return write_pyc(source, path)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
