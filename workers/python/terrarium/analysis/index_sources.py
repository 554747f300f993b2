"""Distributions that the project takes from an index of its own: `[tool.uv.sources]` with `[[tool.uv.index]]`, `source = …` of Poetry → names and addresses."""
import re
from urllib.parse import urlsplit, urlunsplit

from packaging.utils import canonicalize_name

from terrarium.analysis.declared import warning
from terrarium.analysis.pyproject import Pyproject

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?\Z")
_NOTHING = {"indexes": [], "from": {}}


def find_index_sources(file: Pyproject | None) -> tuple[dict, list[dict]]:
    """`{indexes, from}` of src/model/analysis.ts. An address in a project may be anybody's: only what a distribution is taken from counts, without its credentials."""
    if file is None:
        return _NOTHING, []
    taken = _taken_by_poetry(file) | _taken_by_uv(file)
    known = _indexes(file, "uv", "index") + _indexes(file, "poetry", "source")
    wanted = set(taken.values())
    used = {name: url for name, url in reversed(known) if name in wanted}
    unused = sorted({name or _host(url) for name, url in known if name not in wanted})
    warnings = [warning(f"{file.path} names the index {', '.join(unused)}, from which nothing is taken by name; it is not asked (on the command line: --index NAME=URL).", file.path)] if unused else []
    return {"indexes": [{"name": name, "url": used[name]} for name in sorted(used)], "from": taken}, warnings


def _taken_by_uv(file: Pyproject) -> dict[str, str]:
    sources = _dig(file.tool.data, "uv", "sources")
    found = {}
    for name, value in sources.items() if isinstance(sources, dict) else ():
        # A source may be for some targets only; whichever index it is, the public one is not meant.
        for source in value if isinstance(value, list) else [value]:
            if isinstance(source, dict) and isinstance(source.get("index"), str) and _NAME.match(source["index"]):
                found.setdefault(canonicalize_name(name), source["index"])
    return found


def _taken_by_poetry(file: Pyproject) -> dict[str, str]:
    groups = _dig(file.tool.data, "poetry", "group")
    tables = [_dig(file.tool.data, "poetry", "dependencies"), *(_dig(group, "dependencies") for group in (groups.values() if isinstance(groups, dict) else ()))]
    return {
        canonicalize_name(name): source
        for table in tables if isinstance(table, dict) for name, value in table.items()
        if isinstance(source := _dig(value, "source"), str) and _NAME.match(source)
    }


def _indexes(file: Pyproject, tool: str, key: str) -> list[tuple[str, str]]:
    tables = _dig(file.tool.data, tool, key)
    return [
        (name if isinstance(name := table.get("name"), str) and _NAME.match(name) else "", without_credentials(table["url"]))
        for table in (tables if isinstance(tables, list) else ()) if isinstance(table, dict) and isinstance(table.get("url"), str) and _host(table["url"])
    ]


def is_index_url(url: str) -> bool:
    """Of a project's file: https, and nothing in it that ought to be secret."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and not parts.query
    except ValueError:
        return False


def without_credentials(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _dig(table: object, *keys: str) -> object:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table
