"""Python sources become unchecked-hash byte code. Run by the very Python (or one of the same magic) that will load it:
`compile_library.py FOLDER OUT`, paths relative to FOLDER on standard input, a line each. Prints the magic number as JSON.

Standard library only, and for the oldest Python that is packed (3.11)."""

import importlib.util
import json
import marshal
import sys
from pathlib import Path

from canonical_code import canonical_code

UNCHECKED_HASH = (0b01).to_bytes(4, "little")


def compile_source(folder, out, path):
    """Writes the source's pyc below `out`; code objects name the relative path, which importing replaces by the real one."""
    source = (folder / path).read_bytes()
    try:
        code = compile(source, path, "exec", dont_inherit=True, optimize=0)
    except (SyntaxError, ValueError) as error:
        print(f"left without byte code: {path}: {error}", file=sys.stderr)
        return
    target = out / importlib.util.cache_from_source(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(write_pyc(source, canonical_code(code)))


def write_pyc(source, code):
    return importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + importlib.util.source_hash(source) + marshal.dumps(code)


def main():
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    for path in sys.stdin.read().splitlines():
        compile_source(folder, out, path)
    print(json.dumps({"magic": int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little")}))


if __name__ == "__main__":
    main()
