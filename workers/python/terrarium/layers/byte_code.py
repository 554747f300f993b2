"""Source → the .pyc that the running Python's series reads: unchecked hash (PEP 552), the same bytes whatever ran before in this process."""
import importlib.util
import marshal
import sys
import warnings
from collections import OrderedDict
from hashlib import sha256
from types import CodeType

from .depth import nests_too_deep

_UNCHECKED_HASH = (1).to_bytes(4, 'little')
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
            code = compile(source, path, 'exec', dont_inherit=True, optimize=0)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
    header = importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + importlib.util.source_hash(source)
    return header + marshal.dumps(canonical(code))


def canonical(code: CodeType) -> CodeType:
    """The same code with sharing between its constants that depends on their values alone.

    marshal writes who shares what. The compiler shares a constant with an equal qualified name (`A.B`) unless that name
    was interned by something else before, and likewise splits sets of interned strings. Both are settled here.
    """
    return _settle(code, _qualified_names(code, {}))


def _qualified_names(code: CodeType, found: dict[str, str]) -> dict[str, str]:
    name = code.co_qualname
    if not name.isidentifier():
        found[name] = name
    for constant in code.co_consts:
        if type(constant) is CodeType:
            _qualified_names(constant, found)
    return found


def _settle(value, names: dict[str, str]):
    kind = type(value)
    if kind is CodeType:
        constants = _settle(value.co_consts, names)
        return value if constants is value.co_consts else value.replace(co_consts=constants)
    if kind is str:
        return names.get(value, value)
    if kind is frozenset:
        return frozenset([_settle(item, names) for item in value])
    return _settle_tuple(value, names) if kind is tuple else value


def _settle_tuple(value: tuple, names: dict[str, str]) -> tuple:
    # Whether the tuple is made anew must not hang on identity, or it would depend on what was interned before.
    settled = [_settle(item, names) for item in value]
    for before, after in zip(value, settled):
        if before is not after or type(before) is str and before in names:
            return tuple(settled)
    return value
