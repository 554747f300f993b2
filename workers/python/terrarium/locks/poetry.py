"""poetry.lock: since 2.1 each package says for which groups and under which markers it is there; before, only what it asks for."""
from ..analysis.parse_toml import Table
from ..analysis.poetry import ranges
from ..resolution.environment import Environment
from ..resolution.files import canonical, find_version
from .graph import Node, reach
from .locked import Locked, LockedFile, Wanted, read_file, read_name, tables
from .marker import holds

MAIN = "main"
WITH_GROUPS = find_version("2.1")


class PoetryLock:
    def __init__(self, wanted: Wanted):
        self.wanted = wanted
        top = wanted.parse()
        metadata = top.table("metadata")
        version = find_version(metadata.string("lock-version") or "")
        if version is None or version.major not in (1, 2):
            raise wanted.bad(f"its lock-version is {str(metadata.data.get('lock-version'))[:20]!r}; versions 1 and 2 are understood")
        self.has_groups = version >= WITH_GROUPS
        self.python = ranges(metadata.string("python-versions") or "")
        self.files_apart = metadata.table("files")
        self.packages = [(table, self._read(table)) for table in tables(top, "package")]
        self.extras = {canonical(extra) for extra in top.table("extras").data}

    def _read(self, table: Table) -> Locked:
        wanted, name, source = self.wanted, read_name(self.wanted, table), table.table("source")
        locked = Locked(name, table.string("version") or "", requires_python=ranges(table.string("python-versions") or "*"))
        kind, url = source.string("type"), source.string("url") or ""
        listed = tables(table, "files") or tables(self.files_apart, table.string("name") or "")
        files = [read_file(wanted, one, "file") for one in listed]
        if kind in ("git", "hg", "svn"):
            locked.refused = f"{kind} sources cannot be fetched"
        elif kind == "directory":
            locked.folder = url
        elif kind == "url":
            files = [LockedFile(one.filename, one.sha256, url) for one in files]
        elif kind == "file":
            files = [LockedFile(one.filename, one.sha256, beside=True) for one in files]
        locked.files = files
        locked.asks = {canonical(dependency) for dependency in table.table("dependencies").data}
        return locked

    def select(self, environment: Environment) -> list[Locked]:
        if self.python and not environment.admits(self.python):
            raise self.wanted.wrong_python(f"it is for Python {self.python}, and {environment.label} gets {environment.python}")
        if unknown := sorted(self.wanted.extras - self.extras):
            raise self.wanted.bad(f"it has no extra {unknown[0]}")
        if not self.has_groups:
            return reach([self._make_node(*pair) for pair in self.packages], self.wanted, environment, [text for text, _ in self.wanted.requirements])
        return self._select_by_group(environment)

    def _select_by_group(self, environment: Environment) -> list[Locked]:
        asked, selected = {MAIN, *self.wanted.groups}, {}
        for table, locked in self.packages:
            groups = {canonical(group) for group in table.strings("groups") or [MAIN]}
            if not any(self._holds(table, group, environment) for group in sorted(groups & asked)):
                continue
            if locked.name in selected:
                raise self.wanted.bad(f"{locked.name} stands in it twice for {environment.label}")
            selected[locked.name] = locked
        return list(selected.values())

    def _holds(self, table: Table, group: str, environment: Environment) -> bool:
        markers = table.data.get("markers")
        own = {canonical(key): value for key, value in markers.items()}.get(group) if isinstance(markers, dict) else markers
        if own is not None and not isinstance(own, str):
            raise self.wanted.bad(f"the markers of {table.data.get('name')} in it are no text")
        return holds(own, self.wanted, environment, self.wanted.extras)

    def _make_node(self, table: Table, locked: Locked) -> Node:
        dependencies = table.table("dependencies").data
        requires = [text for name, value in dependencies.items() for choice in (value if isinstance(value, list) else [value]) if (text := self._print(name, choice))]
        extras = table.table("extras")
        return Node(locked, requires, {canonical(extra): [one.replace(" (", "(").replace("(", "").replace(")", "") for one in extras.strings(extra) or []] for extra in extras.data})

    def _print(self, name: str, value: object) -> str:
        """Optional ones come by their extra; whether the version suits, the lock decided."""
        table = value if isinstance(value, dict) else {}
        if table.get("optional") is True:
            return ""
        extras = [extra for extra in table.get("extras") or [] if isinstance(extra, str)]
        marker = table.get("markers")
        head = f"{name}[{','.join(extras)}]" if extras else name
        spec = ranges(value if isinstance(value, str) else str(table.get("version", "*")))
        return f"{head}{spec}" + (f" ; {marker}" if isinstance(marker, str) and marker else "")
