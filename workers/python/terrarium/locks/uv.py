"""uv.lock (version 1): a graph whose edges carry markers, extras and, where a name stands there twice, versions."""
from dataclasses import dataclass

from ..analysis.parse_toml import Table
from ..resolution.environment import Environment
from ..resolution.files import canonical
from .locked import Locked, Wanted, read_file, read_name, tables
from .marker import holds

#: Sources that are folders of the project.
FOLDERS = ("editable", "virtual", "directory")


@dataclass(slots=True)
class Package:
    locked: Locked
    source: dict
    markers: list[str]
    dependencies: list[Table]
    extras: Table
    groups: Table


class UvLock:
    def __init__(self, wanted: Wanted):
        self.wanted = wanted
        self.top = wanted.parse()
        if self.top.data.get("version") != 1:
            raise wanted.bad(f"its version is {str(self.top.data.get('version'))[:20]!r}; version 1 is understood")
        self.packages = [self._read(table) for table in tables(self.top, "package")]
        self.by_name: dict[str, list[Package]] = {}
        for package in self.packages:
            self.by_name.setdefault(package.locked.name, []).append(package)
        self.root = self._find_root()

    def _read(self, table: Table) -> Package:
        wanted, source = self.wanted, table.table("source").data
        locked = Locked(read_name(wanted, table), table.string("version") or "", refused="git sources cannot be fetched" if "git" in source else "")
        listed = [*tables(table, "wheels"), *([table.table("sdist")] if table.has("sdist") else [])]
        locked.files = [read_file(wanted, one, "filename") for one in listed]
        folder = next((source[kind] for kind in FOLDERS if isinstance(source.get(kind), str)), None)
        locked.folder = None if folder is None else folder.strip("/") or "."
        return Package(locked, source, table.strings("resolution-markers") or [], tables(table, "dependencies"),
                       table.table("optional-dependencies"), table.table("dev-dependencies"))

    def _find_root(self) -> Package:
        root = self.wanted.root or "."
        own = [one for one in self.packages if one.locked.folder == root] or [
            one for one in self.by_name.get(canonical(self.wanted.project), []) if one.locked.folder is not None]
        if not own:
            raise self.wanted.bad(f"{self.wanted.project} is not among the projects that it is for")
        return own[0]

    def select(self, environment: Environment) -> list[Locked]:
        self._check(environment)
        return Walk(self, environment).run()

    def _check(self, environment: Environment):
        python = self.top.string("requires-python")
        if python and not environment.admits(python):
            raise self.wanted.wrong_python(f"it is for Python {python}, and {environment.label} gets {environment.python}")
        supported = self.top.strings("supported-markers") or []
        if supported and not any(holds(marker, self.wanted, environment, frozenset()) for marker in supported):
            raise self.wanted.bad(f"{environment.label} is not among the environments that it is for")


class Walk:
    def __init__(self, lock: UvLock, environment: Environment):
        self.lock, self.wanted, self.environment = lock, lock.wanted, environment
        self.chosen: dict[str, Package] = {}
        self.seen: set[tuple[int, str]] = set()
        self.queue: list[tuple[Package, list[Table]]] = []
        #: Extras and groups that are active, as the markers of conflicts name them.
        self.active: set[str] = set()

    def run(self) -> list[Locked]:
        root = self.lock.root
        self.active = {encode("extra", root, extra) for extra in self.wanted.extras} | {encode("group", root, group) for group in self.wanted.groups}
        self._enter(root, "")
        for extra in sorted(self.wanted.extras):
            self._enter(root, extra)
        for group in sorted(self.wanted.groups):
            self.queue.append((root, tables(*self._find(root.groups, group, "dependency group"))))
        for package, dependencies in self.queue:
            for dependency in dependencies:
                self._follow(package, dependency)
        return [self.chosen[name].locked for name in sorted(self.chosen) if self.chosen[name] is not root]

    def _find(self, table: Table, name: str, what: str) -> tuple[Table, str]:
        key = next((key for key in table.data if canonical(key) == name), None)
        if key is None:
            raise self.wanted.bad(f"it has no {what} {name}")
        return table, key

    def _enter(self, package: Package, extra: str):
        if (id(package), extra) in self.seen:
            return
        self.seen.add((id(package), extra))
        if not extra:
            self.queue.append((package, package.dependencies))
            return
        self.active.add(encode("extra", package, extra))
        key = next((key for key in package.extras.data if canonical(key) == extra), None)
        # An extra that adds nothing is not written down, except for the project itself, which was asked for it.
        if key is not None:
            self.queue.append((package, tables(package.extras, key)))
        elif package is self.lock.root and canonical(extra) not in self._provided():
            raise self.wanted.bad(f"it has no extra {extra} of {package.locked.name}")

    def _provided(self) -> set[str]:
        own = next(table for table in tables(self.lock.top, "package") if canonical(table.string("name") or "") == self.lock.root.locked.name)
        return {canonical(extra) for extra in own.table("metadata").strings("provides-extras") or []}

    def _follow(self, parent: Package, dependency: Table):
        if not holds(dependency.string("marker"), self.wanted, self.environment, frozenset(self.active)):
            return
        package = self._choose(dependency)
        known = self.chosen.setdefault(package.locked.name, package)
        if known is not package:
            raise self.wanted.bad(f"for {self.environment.label} it asks for {known.locked.title} and for {package.locked.title}")
        parent.locked.asks.add(package.locked.name)
        self._enter(package, "")
        for extra in dependency.strings("extra") or []:
            self._enter(package, canonical(extra))

    def _choose(self, dependency: Table) -> Package:
        name, version, source = read_name(self.wanted, dependency), dependency.string("version"), dependency.data.get("source")
        found = [one for one in self.lock.by_name.get(name, ()) if version in (None, one.locked.version) and source in (None, one.source)]
        if len(found) > 1:
            found = [one for one in found if any(holds(marker, self.wanted, self.environment, frozenset(self.active)) for marker in one.markers)]
        if len(found) != 1:
            raise self.wanted.bad(f"{name} {version or ''} is asked for in it and stands there {len(found)} times for {self.environment.label}")
        return found[0]


def encode(kind: str, package: Package, name: str) -> str:
    return canonical(f"{kind}-{len(package.locked.name)}-{package.locked.name}-{name}")
