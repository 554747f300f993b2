"""Python sources become unchecked-hash byte code. Run by the very Python (or one of the same magic) that will load it:
`compile_library.py FOLDER OUT`, paths relative to FOLDER on standard input, a line each. Prints the magic number as JSON.

For the oldest Python that is packed (3.11) too, like the two modules of terrarium.layers that it uses."""

import importlib.util
import json
import sys
from pathlib import Path

import terrarium_path
from terrarium.layers.pyc import write_pyc


def compile_source(folder, out, path):
    """Writes the source's pyc below `out`."""
    source = (folder / path).read_bytes()
    try:
        pyc = write_pyc(source, path)
    except (SyntaxError, ValueError) as error:
        print(f"left without byte code: {path}: {error}", file=sys.stderr)
        return
    target = out / importlib.util.cache_from_source(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(pyc)


def main():
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    for path in sys.stdin.read().splitlines():
        compile_source(folder, out, path)
    print(json.dumps({"magic": int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little")}))


if __name__ == "__main__":
    main()
