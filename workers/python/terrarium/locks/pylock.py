"""pylock.toml (PEP 751), read by `packaging`."""
from packaging.pylock import Package, Pylock, PylockUnsupportedVersionError, PylockValidationError

from ..resolution.environment import Environment
from ..resolution.files import canonical
from ..resolution.listing import find_sha256
from .locked import Locked, LockedFile, Wanted, name_of


class PylockToml:
    def __init__(self, wanted: Wanted):
        self.wanted = wanted
        self.lock = self._parse()
        known = {canonical(group) for group in self.lock.dependency_groups or ()} | {canonical(group) for group in self.lock.default_groups or ()}
        if unknown := sorted(wanted.extras - {canonical(extra) for extra in self.lock.extras or ()}):
            raise wanted.bad(f"it has no extra {unknown[0]}")
        if unknown := sorted(wanted.groups - known):
            raise wanted.bad(f"it has no dependency group {unknown[0]}")
        self.groups = frozenset(self.lock.default_groups or ()) | wanted.groups

    def _parse(self) -> Pylock:
        try:
            return Pylock.from_dict(self.wanted.parse().data)
        except PylockUnsupportedVersionError as error:
            raise self.wanted.bad(f"{error}; versions 1.x are") from None
        except (PylockValidationError, RecursionError) as error:
            raise self.wanted.bad(str(error)) from None

    def select(self, environment: Environment) -> list[Locked]:
        lock, bad = self.lock, self.wanted.bad
        if lock.requires_python and not environment.admits(str(lock.requires_python)):
            raise self.wanted.wrong_python(f"it is for Python {lock.requires_python}, and {environment.label} gets {environment.python}")
        if lock.environments and not any(self._holds(marker, environment) for marker in lock.environments):
            raise bad(f"{environment.label} is not among the environments that it is for")
        selected: dict[str, Locked] = {}
        for package in lock.packages:
            if package.marker and not self._holds(package.marker, environment):
                continue
            if package.name in selected:
                raise bad(f"{package.name} stands in it twice for {environment.label}; the markers must exclude each other")
            selected[package.name] = self._make(package)
        return list(selected.values())

    def _holds(self, marker, environment: Environment) -> bool:
        values = {**environment.markers, "extras": self.wanted.extras, "dependency_groups": self.groups}
        try:
            return marker.evaluate(values, context="lock_file")
        except ValueError as error:
            raise self.wanted.bad(f"its marker `{marker}` cannot be decided ({error})") from None

    def _make(self, package: Package) -> Locked:
        locked = Locked(str(package.name), str(package.version or ""), requires_python=str(package.requires_python or ""))
        for one in [*(package.wheels or ()), *filter(None, [package.sdist, package.archive])]:
            filename = getattr(one, "filename", "") or name_of(self.wanted, one.url or one.path or "")
            locked.files.append(LockedFile(filename, find_sha256(dict(one.hashes)), one.url or "", one.size, beside=not one.url))
        locked.asks = {canonical(one["name"]) for one in package.dependencies or () if isinstance(one.get("name"), str)}
        if package.directory:
            locked.folder = package.directory.path
        return locked
