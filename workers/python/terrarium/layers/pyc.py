"""Source → the bytes of its .pyc for the running Python: unchecked hash (PEP 552), the same whatever this process did before.

Imported by tools/runtimes too, in the oldest Python that is packed (3.11): standard library only."""
import importlib.util
import marshal

from .canonical_code import canonical_code

_UNCHECKED_HASH = (0b01).to_bytes(4, 'little')


def write_pyc(source: bytes, path: str) -> bytes:
    """Raises what compile() raises. Code objects name the relative `path`, which importing replaces by the real one."""
    compiled = compile(source, path, 'exec', dont_inherit=True, optimize=0)
    # marshal marks what has more than one holder: both are held while it writes.
    code = canonical_code(compiled)
    return importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + importlib.util.source_hash(source) + marshal.dumps(code)
