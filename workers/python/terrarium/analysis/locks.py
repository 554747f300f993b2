"""Which lock files lie beside the project, or above it where it is part of a workspace, and which of them counts."""
import re

from terrarium.analysis.declared import warning
from terrarium.analysis.tree import Tree, base, join, parent
from terrarium.failure import Failure

_PYLOCK = re.compile(r"pylock(?:\.[^.]+)?\.toml\Z")
#: The standard one first; then as often as they are met.
_ORDER = ("pylock.toml", "uv.lock", "poetry.lock", "pdm.lock")


def find_locks(tree: Tree, root: str) -> list[str]:
    """The likeliest first: those of the nearest folder, in the order above."""
    found, folder = [], root
    while True:
        found += [path for name in _ORDER if tree.has(path := join(folder, name))]
        if not folder or found:
            break
        folder = parent(folder)
    return found + [path for path in tree.paths if parent(path) == root and _PYLOCK.match(base(path)) and path not in found]


def choose_lock(tree: Tree, root: str, asked: str | None) -> tuple[str | None, list[dict]]:
    """`asked`: a path, `` for none, None where nobody said. A `pylock.x.toml` is one of several by design: alone it counts, else it is asked for."""
    locks = find_locks(tree, root)
    if asked is not None:
        return _find_asked(tree, root, asked, locks) if asked else None, []
    usual = [path for path in locks if base(path) in _ORDER]
    chosen = usual[0] if usual else locks[0] if len(locks) == 1 else None
    others = [path for path in locks if path != chosen]
    if chosen is None:
        return None, [warning(f"None of {', '.join(locks)} is used: it is not said which (on the command line: --lock).", locks[0])] if locks else []
    if not others:
        return chosen, []
    return chosen, [warning(f"{chosen} is the lock that counts, not {' or '.join(others)} (another on the command line: --lock FILE).", chosen)]


def _find_asked(tree: Tree, root: str, asked: str, locks: list[str]) -> str:
    path = next((path for path in (asked, join(root, asked)) if tree.has(path)), None)
    if path is not None and (base(path) in _ORDER or _PYLOCK.match(base(path))):
        return path
    there = f"there are: {', '.join(locks)}" if locks else "the project has none"
    raise Failure("project/needs-answer", f"Looking for the lock: found no {asked[:200]!r} among the project's files that is one; {there}.",
                  "Name pylock.toml, uv.lock, poetry.lock or pdm.lock of the project, or do without (on the command line: --no-lock).")
