"""The dropped project as a list of relative paths, read with limits; links are not followed."""
import os

from terrarium import limits
from terrarium.failure import Failure



class Tree:
    """Files below a folder, by relative path with `/`. `paths` is sorted."""

    def __init__(self, root: str):
        self.root = root
        self.paths = sorted(_walk(root))
        self._known = frozenset(self.paths)

    def has(self, path: str) -> bool:
        return path in self._known

    def size(self, path: str) -> int:
        return os.path.getsize(os.path.join(self.root, path))

    def read(self, path: str, limit: str = "project-file") -> bytes:
        size = self.size(path)
        if size > limits.find(limit):
            raise Failure("project/too-large", f"Reading {path}: found {size} bytes, the limit is {limits.find(limit)} ({limit}).",
                          path, limits.explain(limit, size), "A file of this kind is a page of text; check what ended up in it.")
        with open(os.path.join(self.root, path), "rb") as file:
            return file.read()

    def below(self, folder: str) -> list[str]:
        return [path for path in self.paths if is_below(path, folder)]


def _walk(root: str):
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if not os.path.islink(os.path.join(folder, name))]
        for name in files:
            full = os.path.join(folder, name)
            if not os.path.islink(full):
                yield os.path.relpath(full, root).replace(os.sep, "/")


def is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def parent(path: str) -> str:
    return path.rpartition("/")[0]


def base(path: str) -> str:
    return path.rpartition("/")[2]
