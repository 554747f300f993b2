"""METADATA of a wheel → what resolution needs of it. Lenient in form, since decades of files are on the index; strict in meaning."""
from dataclasses import dataclass

from .files import canonical

FIELDS = frozenset({"name", "version", "requires-dist", "requires-python", "provides-extra"})


@dataclass(slots=True)
class Metadata:
    name: str
    version: str
    requires: tuple[str, ...]
    requires_python: str
    extras: frozenset[str]


def parse_metadata(text: str) -> Metadata:
    fields = parse_fields(text)
    first = lambda field: fields[field][0] if field in fields else ""
    return Metadata(
        name=canonical(first("name")),
        version=first("version"),
        requires=tuple(fields.get("requires-dist", ())),
        requires_python=first("requires-python"),
        extras=frozenset(map(canonical, fields.get("provides-extra", ()))),
    )


def parse_fields(text: str) -> dict[str, list[str]]:
    """Header lines up to the first empty one; a line that starts with white space goes on with the one before."""
    fields: dict[str, list[str]] = {}
    values = None
    for line in text.replace("\r\n", "\n").lstrip("\ufeff").split("\n"):
        if not line:
            break
        if line[0] in " \t":
            if values:
                values[-1] += " " + line.strip()
            continue
        field, _, value = line.partition(":")
        values = fields.setdefault(field.lower(), []) if field.lower() in FIELDS else None
        if values is not None:
            values.append(value.strip())
    return fields
