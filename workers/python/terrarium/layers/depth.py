"""Whether a source nests so deeply that compiling it would overflow JavaScript's stack, which ends Pyodide and cannot be caught.

analysis.nesting answers that exactly enough but reads every token in Python, 5 MB a second. Here a count at C's speed says first for which
few files of a wheel it is worth asking: depth needs many operators between two commas, many lambdas or many branches.
"""
from ..analysis.nesting import DEEPEST, is_too_deep

_SIGNS = b'+-*/%@&|^~.=<>([{:'
_WORDS = (b'not', b'else', b'await', b'yield')
_LAMBDAS, _BRANCHES = 100, 300


def nests_too_deep(source: bytes) -> bool:
    # latin-1 gives each byte its own character; what decides here is ASCII in every encoding that Python sources are written in.
    return _may_nest(source) and is_too_deep(source.decode('latin-1').replace('\r', '\n'))


def _may_nest(source: bytes) -> bool:
    if source.count(b'lambda') > _LAMBDAS or source.count(b'elif') > _BRANCHES:
        return True
    return any(_operators(piece) > DEEPEST for piece in source.split(b',') if len(piece) > DEEPEST)


def _operators(piece: bytes) -> int:
    return len(piece) - len(piece.translate(None, _SIGNS)) + sum(map(piece.count, _WORDS))
