"""pdm.lock (4.x): with `inherit_metadata` each package says for which groups and under which marker it is there; otherwise only what it asks for."""
from ..analysis.parse_toml import Table
from ..resolution.environment import Environment
from ..resolution.files import canonical, find_version
from .graph import Node, reach
from .locked import Locked, LockedFile, Wanted, read_file, read_name, tables
from .marker import holds

DEFAULT = "default"


class PdmLock:
    def __init__(self, wanted: Wanted):
        self.wanted = wanted
        top = wanted.parse()
        metadata = top.table("metadata")
        version = find_version(metadata.string("lock_version") or "")
        if version is None or version.major != 4:
            raise wanted.bad(f"its lock_version is {str(metadata.data.get('lock_version'))[:20]!r}; version 4 is understood")
        self.inherits = "inherit_metadata" in (metadata.strings("strategy") or [])
        self.groups = {canonical(group) for group in metadata.strings("groups") or [DEFAULT]}
        self.pythons = [python for target in tables(metadata, "targets") if (python := target.string("requires_python"))]
        self.packages = [(table, self._read(table)) for table in tables(top, "package")]

    def _read(self, table: Table) -> Locked:
        wanted = self.wanted
        locked = Locked(read_name(wanted, table), table.string("version") or "", requires_python=table.string("requires_python") or "")
        locked.files = [read_file(wanted, one, "file") for one in tables(table, "files")]
        path, url = table.string("path"), table.string("url")
        if table.has("git") or table.has("hg"):
            locked.refused = "sources in version control cannot be fetched"
        elif path and path.endswith(".whl"):
            locked.files = [LockedFile(one.filename, one.sha256, beside=True) for one in locked.files]
        elif path:
            locked.folder = path.removeprefix("./").rstrip("/")
        elif url:
            locked.files = [LockedFile(one.filename, one.sha256, url) for one in locked.files]
        locked.asks = {canonical(wanted.parse_requirement(text).name) for text in table.strings("dependencies") or []} - {locked.name}
        return locked

    def select(self, environment: Environment) -> list[Locked]:
        wanted = self.wanted
        if self.pythons and not any(environment.admits(python) for python in self.pythons):
            raise wanted.wrong_python(f"it is for Python {' and '.join(self.pythons)}, and {environment.label} gets {environment.python}")
        if unknown := sorted((wanted.extras | wanted.groups) - self.groups):
            raise wanted.bad(f"the group {unknown[0]} was not locked")
        if not self.inherits:
            return reach(self._make_nodes(), wanted, environment, [text for text, _ in wanted.requirements])
        asked, selected = {DEFAULT} | wanted.extras | wanted.groups, {}
        for table, locked in self.packages:
            groups = {canonical(group) for group in table.strings("groups") or [DEFAULT]}
            if not groups & asked or not holds(table.string("marker"), wanted, environment, wanted.extras):
                continue
            known = selected.setdefault(locked.name, locked)
            # `httpx` and `httpx[socks]` are two entries for the same files.
            if known.version != locked.version:
                raise wanted.bad(f"{locked.name} stands in it twice for {environment.label}")
            known.asks |= locked.asks
        return list(selected.values())

    def _make_nodes(self) -> list[Node]:
        nodes: dict[tuple[str, str], Node] = {}
        for table, locked in self.packages:
            node = nodes.setdefault((locked.name, locked.version), Node(locked))
            extras = [canonical(extra) for extra in table.strings("extras") or []]
            for extra in extras:
                node.extras[extra] = table.strings("dependencies") or []
            if not extras:
                node.requires = table.strings("dependencies") or []
        return list(nodes.values())
