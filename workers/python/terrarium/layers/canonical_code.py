"""A code object becomes an equal one whose marshalled bytes depend on its source alone.

marshal writes what the compiling process shares, not only what the code is: a string comes out differently when some loaded module
has a function of the same qualified name (names are interned process-wide), and equal constants are one object or two by chance.
So names are interned wherever they appear, and equal constants made one. Works in every Python that is packed (3.11 on)."""

import sys
from types import CodeType


def canonical_code(code):
    return Canonical(set(find_names(code))).code(code)


def find_names(code):
    yield from (code.co_name, code.co_qualname)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from find_names(constant)


class Canonical:
    """Holds every constant until the end: marshal marks what has more than one holder, and so all are marked."""

    def __init__(self, names):
        self.names, self.known = names, {}

    def code(self, code):
        constants = tuple(self.constant(each) for each in code.co_consts)
        return code.replace(co_consts=constants, co_name=sys.intern(code.co_name), co_qualname=sys.intern(code.co_qualname))

    def constant(self, value):
        if isinstance(value, CodeType):
            return self.code(value)
        if isinstance(value, str):
            value = sys.intern(value) if value in self.names else value
        elif isinstance(value, tuple):
            value = tuple(self.constant(each) for each in value)
        elif isinstance(value, frozenset):
            value = frozenset(self.constant(each) for each in value)
        return self.known.setdefault(find_key(value), value)


def find_key(value):
    """Equal for constants that may be one object: 1, True and 1.0 are equal and may not, nor may 0.0 and -0.0."""
    if isinstance(value, tuple):
        return tuple, tuple(find_key(each) for each in value)
    if isinstance(value, frozenset):
        return frozenset, frozenset(find_key(each) for each in value)
    if isinstance(value, slice):
        return slice, find_key((value.start, value.stop, value.step))
    return type(value), repr(value) if isinstance(value, (float, complex)) else value
