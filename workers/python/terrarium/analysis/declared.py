"""What one metadata file says of the project. A field is None where the file says nothing about it."""
from dataclasses import dataclass, field


@dataclass
class Requirement:
    """A requirement as written, before it is checked."""
    text: str
    path: str
    line: int = 0
    hashes: list[str] = field(default_factory=list)


@dataclass
class Declared:
    source: str
    name: str | None = None
    version: str | None = None
    requires_python: str | None = None
    requirements: list[Requirement] | None = None
    extras: dict[str, list[Requirement]] | None = None
    entries: list[dict] | None = None
    #: Folders from which the project's own modules are imported.
    source_roots: list[str] | None = None
    #: Fields that only the build backend knows: `version`, `dependencies`.
    dynamic: frozenset[str] = frozenset()
    #: True where silence is a statement: what is neither said nor dynamic does not exist (PEP 621).
    complete: bool = False
    warnings: list[dict] = field(default_factory=list)
    #: After merging: attribute → the file that it was taken from.
    taken_from: dict[str, str] = field(default_factory=dict)


#: Attribute of Declared → the name of the field in PEP 621's `dynamic`.
FIELDS = {
    "name": "name",
    "version": "version",
    "requires_python": "requires-python",
    "requirements": "dependencies",
    "extras": "optional-dependencies",
    "entries": "scripts",
    "source_roots": "source-roots",
}


def merge(sources: list[Declared]) -> Declared:
    """Field by field the first that says something; a complete source ends the search for what it leaves out."""
    merged = Declared(", ".join(source.source for source in sources))
    for attribute, field_name in FIELDS.items():
        _settle(merged, attribute, field_name, sources)
    merged.complete = any(source.complete for source in sources)
    merged.warnings = [warning for source in sources for warning in source.warnings]
    return merged


def _settle(merged: Declared, attribute: str, field_name: str, sources: list[Declared]):
    for source in sources:
        if (value := getattr(source, attribute)) is not None:
            setattr(merged, attribute, value)
            merged.taken_from[attribute] = source.source
            merged.dynamic -= {field_name}
            return
        if field_name in source.dynamic:
            merged.dynamic |= {field_name}
        elif source.complete and attribute != "source_roots":
            return


def place(path: str, line: int = 0) -> dict:
    return {"path": path, "line": line}


def warning(message: str, path: str | None = None, line: int = 0) -> dict:
    return {"message": message} | ({"place": place(path, line)} if path else {})
