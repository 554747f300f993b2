"""Python sources become unchecked-hash byte code. Run by the very Python (or one of the same magic) that will load it:
`compile_library.py FOLDER OUT`, paths relative to FOLDER on standard input, a line each. Prints the magic number as JSON.

Standard library only, and old enough for the oldest Python that is packed."""

import importlib.util
import json
import py_compile
import sys
from pathlib import Path


def compile_source(folder, out, path):
    """Writes the source's pyc below `out`; code objects name the relative path, which importing replaces by the real one."""
    target = out / importlib.util.cache_from_source(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    try:
        py_compile.compile(str(folder / path), str(target), path, doraise=True, optimize=0, invalidation_mode=mode)
    except (py_compile.PyCompileError, UnicodeDecodeError) as error:
        print(f"left without byte code: {path}: {error}", file=sys.stderr)


def main():
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    for path in sys.stdin.read().splitlines():
        compile_source(folder, out, path)
    print(json.dumps({"magic": int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little")}))


if __name__ == "__main__":
    main()
