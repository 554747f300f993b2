"""What the lock formats have in common: packages, their files, and what is wanted of a lock."""
from dataclasses import dataclass, field

from packaging.requirements import InvalidRequirement, Requirement

from ..analysis.parse_toml import Table, parse_toml
from ..failure import Failure
from ..resolution.files import canonical, url_filename

#: The command that writes each of them anew.
COMMANDS = {"uv.lock": "uv lock", "poetry.lock": "poetry lock", "pdm.lock": "pdm lock"}


@dataclass(frozen=True, slots=True)
class LockedFile:
    filename: str
    #: Hex; empty where the lock says none.
    sha256: str
    #: Empty: on the index, by its name and hash.
    url: str = ""
    size: int | None = None
    #: It lies beside the project; the index is not asked.
    beside: bool = False


@dataclass(slots=True)
class Locked:
    name: str
    #: Empty where the lock leaves it open (a folder of the project).
    version: str
    files: list[LockedFile] = field(default_factory=list)
    #: Names of what it asks for.
    asks: set[str] = field(default_factory=set)
    requires_python: str = ""
    #: A folder of the project that it is built from, relative to the lock.
    folder: str | None = None
    #: Why it cannot be had; told only where it is needed.
    refused: str = ""

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}".strip()


@dataclass(slots=True)
class Wanted:
    """What of a lock is wanted. `project`: the app's own name; `root`: its folder, relative to the lock's."""
    path: str
    text: str
    project: str
    root: str
    extras: frozenset[str]
    groups: frozenset[str]
    #: PEP 508 strings of the app itself, with their origins; those of extras with their marker.
    requirements: list[tuple[str, str]]

    @property
    def file(self) -> str:
        return self.path.rpartition("/")[2]

    def bad(self, what: str) -> Failure:
        return Failure("project/bad-metadata", f"Reading the project's {self.path}: {what}.", *self.advice())

    def wrong_python(self, what: str) -> Failure:
        """Another Python may do, unlike with what is wrong with the lock itself."""
        return Failure("resolution/conflict", self.bad(what).message, "Choose another Python (on the command line: --python).", *self.advice())

    def advice(self) -> list[str]:
        write = f"`{COMMANDS[self.file]}`" if self.file in COMMANDS else "the tool that made it"
        return [f"Write it anew with {write}, or do without it to have versions resolved here (on the command line: --no-lock)."]

    def parse(self) -> Table:
        return Table(parse_toml(self.text, self.path), self.path)

    def parse_requirement(self, text: str) -> Requirement:
        try:
            if len(text) > 8192:
                raise InvalidRequirement("it is too long")
            return Requirement(text)
        except (InvalidRequirement, RecursionError, ValueError):
            raise self.bad(f"`{text[:200]}` in it is not a requirement") from None

    def parse_hash(self, value: object) -> str:
        """`sha256:…` → hex; empty for other algorithms."""
        if not isinstance(value, str):
            return ""
        name, _, digest = value.partition(":")
        return digest.lower() if name == "sha256" and len(digest) == 64 and set(digest.lower()) <= set("0123456789abcdef") else ""


def tables(table: Table, key: str) -> list[Table]:
    """An array of tables; anything else is a Failure that names the key."""
    values = table._get(key, list, "an array of tables") or []
    for value in values:
        if not isinstance(value, dict):
            raise table._wrong(key, value, "an array of tables")
    return [Table(value, table.path, table._dotted(key)) for value in values]


def read_name(wanted: Wanted, table: Table) -> str:
    name = table.string("name")
    if not name or len(name) > 200:
        raise wanted.bad("a package in it has no name")
    return canonical(name)


def read_size(table: Table) -> int | None:
    size = table.data.get("size")
    return size if type(size) is int and size > 0 else None


def name_of(wanted: Wanted, address: str) -> str:
    try:
        return url_filename(address)
    except ValueError:
        raise wanted.bad(f"the address `{address[:200]}` in it cannot be read") from None


def read_file(wanted: Wanted, table: Table, name_key: str, hash_key: str = "hash") -> LockedFile:
    """`{url = …, hash = "sha256:…"}` or `{file = …, hash = …}`."""
    url, path = table.string("url") or "", table.string("path") or ""
    filename = table.string(name_key) or name_of(wanted, url or path)
    if not filename or "/" in filename or "\\" in filename:
        raise wanted.bad("a file in it has neither a name nor an address")
    return LockedFile(filename, wanted.parse_hash(table.data.get(hash_key)), url, read_size(table), beside=bool(path))
