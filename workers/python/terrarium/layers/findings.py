"""What a wheel's members show in passing: native code, tkinter, modules that ask where they lie."""
import ast
import re

from .depth import nests_too_deep

_NATIVE_NAME = re.compile(r'\.(pyd|dylib|dll|so(\.\d+)*)$')
# ELF, Mach-O (64-bit, fat), PE: commands that wheels bring in `.data/scripts` have no suffix.
_NATIVE_MAGIC = (b'\x7fELF', b'\xcf\xfa\xed\xfe', b'\xca\xfe\xba\xbe', b'MZ')
_OWN_PLACE = re.compile(rb'\b__(?:file|path)__\b')
_TKINTER_LINE = re.compile(rb'^(?:import|from)\b[^\n#]*\b_?tkinter\b', re.MULTILINE)


def is_native(path: str, data: bytes, executable: bool) -> bool:
    return bool(_NATIVE_NAME.search(path)) or executable and data.startswith(_NATIVE_MAGIC)


def asks_own_place(source: bytes) -> bool:
    """Such modules may open files beside themselves. A mere mention counts too: what is told here costs an unpacking, not a failure."""
    return bool(_OWN_PLACE.search(source))


def imports_tkinter(source: bytes) -> bool:
    """At the top level and unconditionally, so that leaving tkinter out would break the module."""
    if b'tkinter' not in source or not _TKINTER_LINE.search(source) or nests_too_deep(source):
        return False
    try:
        return any(_names_tkinter(statement) for statement in ast.parse(source).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _names_tkinter(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Import):
        names = [alias.name for alias in statement.names]
    else:
        names = [statement.module or ''] if isinstance(statement, ast.ImportFrom) and not statement.level else []
    return any(name.partition('.')[0] in ('tkinter', '_tkinter') for name in names)
