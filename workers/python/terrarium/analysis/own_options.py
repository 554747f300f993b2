"""`[tool.terrarium]` of pyproject.toml, or of a script's own block → `FileOptions` of src/model/build-options.ts, checked: what is not known is refused by line."""
import re
from datetime import date, datetime

from packaging.utils import canonicalize_name

from terrarium import limits
from terrarium.analysis.index_sources import is_index_url
from terrarium.analysis.name_and_version import NAME, is_version
from terrarium.analysis.parse_toml import Table
from terrarium.analysis.requirement import parse_requirement
from terrarium.analysis.tree import Tree, join
from terrarium.failure import Failure
from terrarium.instant import find_instant

TABLE = "tool.terrarium"
#: The indexes that are set up where the tool runs.
CONFIGURED = "configured"
#: Options whose values are not repeated in messages: somebody may have written a password into them.
_SECRET = ("indexes", "named-indexes")


def is_requirement(text: str) -> bool:
    return parse_requirement(text) is not None


def is_line(text: str) -> bool:
    return not re.search(r"[\r\n\0]", text)


def is_named_index(text: str) -> bool:
    name, equals, url = text.partition("=")
    return bool(equals and NAME.match(name) and name != CONFIGURED and is_index_url(url))


def is_instant(text: str) -> bool:
    return find_instant(text) is not None


#: Key in the file → (field, kind, what each text must be, in words, how that is checked).
OPTIONS = {
    "entry": ("entry", "text", "the name of an entry", lambda text: bool(text) and is_line(text)),
    "require": ("requirements", "texts", "a requirement (PEP 508)", is_requirement),
    "python": ("python", "text", "a series such as \"3.14\"", lambda text: bool(re.fullmatch(r"3\.\d{1,3}", text, re.ASCII))),
    "targets": ("targets", "texts", "the name of a target", lambda text: bool(re.fullmatch(r"[a-z0-9_-]+", text))),
    "outputs": ("outputs", "texts", "the name of an output", lambda text: bool(re.fullmatch(r"[a-z0-9_-]+", text))),
    "name": ("name", "text", "a name of letters, digits, `-`, `_` and `.`", lambda text: bool(NAME.match(text)) and text.isascii()),
    "version": ("version", "text", "a version (PEP 440)", is_version),
    "extras": ("extras", "texts", "the name of an extra", bool),
    "groups": ("groups", "texts", "the name of a dependency group", bool),
    "lock": ("lock", "lock", "the path of a lock, or false", bool),
    "indexes": ("indexes", "texts", "NAME=https://… without a password, or \"configured\"", lambda text: text == CONFIGURED or is_named_index(text)),
    "named-indexes": ("namedIndexes", "texts", "NAME=https://… without a password", is_named_index),
    "from": ("from", "table", "the name of a distribution, or of an index", lambda text: bool(NAME.match(text))),
    "uploaded-prior-to": ("uploadedPriorTo", "text", "a date such as \"2026-01-31\", or a time with its zone (RFC 3339)", is_instant),
    "overrides": ("overrides", "texts", "a requirement (PEP 508)", is_requirement),
    "substitutes": ("substitutes", "table", "the name of a distribution", lambda text: bool(NAME.match(text))),
    "include": ("runtimeGroups", "texts", "the name of a part of the standard library", bool),
    "shebang": ("shebang", "text", "one line", is_line),
    "limits": ("limits", "numbers", "between 1 and the most that src/LIMITS.md allows", bool),
    "icon": ("icon", "path", "a file of the project", bool),
    "wheels": ("wheels", "paths", "a file of the project", bool),
    "self-commands": ("selfCommands", "truth", "true or false", bool),
}
_EXPECTED = {"text": "a string", "path": "a string", "texts": "an array of strings", "paths": "an array of strings", "table": "a table of strings", "numbers": "a table of whole numbers", "truth": "true or false", "lock": "a string or false"}


def read_options(tool: Table, text: str, first_line: int, tree: Tree, root: str) -> dict:
    """`text`: where `tool` stands, for line numbers; `first_line`: its first line's number in the file."""
    if not tool.has("terrarium"):
        return {}
    reader = _Reader(tool.table("terrarium"), text, first_line, tree, root)
    return {OPTIONS[key][0]: reader.read(key) for key in reader.table.data if reader.check_known(key)}


class _Reader:
    def __init__(self, table: Table, text: str, first_line: int, tree: Tree, root: str):
        self.table, self.lines, self.first_line, self.tree, self.root = table, text.split("\n"), first_line, tree, root

    def check_known(self, key: str) -> bool:
        if key in OPTIONS:
            return True
        close = canonicalize_name(key).replace("-", "").rstrip("s")
        like = next((known for known in OPTIONS if known.replace("-", "").rstrip("s") == close), None)
        raise self._wrong(key, f"found `{key[:100]}`, which is no option", f"Did you mean `{like}`?" if like else f"There are: {', '.join(OPTIONS)}.")

    def read(self, key: str):
        field, kind, words, is_right = OPTIONS[key]
        value = self.table.data[key]
        if kind == "numbers":
            return self._limits(key, value)
        value = value.isoformat() if key == "uploaded-prior-to" and isinstance(value, (datetime, date)) else value
        texts = self._texts(key, kind, value)
        for text in texts:
            if not is_right(text):
                found = "another value" if key in _SECRET else repr(text[:100])
                raise self._wrong(key, f"found {found}, expected {words}")
        if kind in ("path", "paths"):
            found = [self._inside(key, text) for text in texts]
            return found if kind == "paths" else found[0]
        return "" if kind == "lock" and value is False else value

    def _texts(self, key: str, kind: str, value: object) -> list[str]:
        if kind == "truth" and isinstance(value, bool) or kind == "lock" and value is False:
            return []
        if kind in ("text", "path", "lock") and isinstance(value, str):
            return [value]
        if kind in ("texts", "paths") and isinstance(value, list) and all(isinstance(one, str) for one in value):
            return value
        if kind == "table" and isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
            return [*value, *value.values()]
        raise self._wrong(key, f"found a value of another kind, expected {_EXPECTED[kind]}")

    def _limits(self, key: str, value: object) -> dict[str, int]:
        if not isinstance(value, dict) or not all(type(number) is int for number in value.values()):
            raise self._wrong(key, f"found a value of another kind, expected {_EXPECTED['numbers']}")
        for name, number in value.items():
            if name not in limits.TABLE:
                raise self._wrong(key, f"found `{name[:100]}`, which is no limit", f"There are: {', '.join(limits.TABLE)}.")
            if not 1 <= number <= limits.TABLE[name][1]:
                raise self._wrong(key, f"found a value for `{name}` that it cannot have, expected one between 1 and {limits.TABLE[name][1]}")
        return value

    def _inside(self, key: str, text: str) -> str:
        path = join(self.root, text.replace("\\", "/").removeprefix("./"))
        if not self.tree.has(path):
            raise self._wrong(key, f"found {text[:100]!r}, expected a file of the project")
        return path

    def _wrong(self, key: str, what: str, *notes: str) -> Failure:
        return Failure("project/bad-metadata", f"Reading `{key[:100]}` of [{TABLE}] in {self.table.path}: {what}.", f"{self.table.path}:{self._line(key)}", *notes)

    def _line(self, key: str) -> int:
        """Of the key below the table's head, or of the head, or the first of all."""
        head = next((number for number, line in enumerate(self.lines) if line.replace(" ", "").startswith(f"[{TABLE}")), 0)
        own = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=|\s*\[{re.escape(TABLE)}\.{re.escape(key)}\]")
        return self.first_line + next((number for number in range(head, len(self.lines)) if own.match(self.lines[number])), head)
