"""A locked package → the file of it that one target gets, with the address where it lies."""
from urllib.parse import urlsplit

from ..failure import Failure
from ..resolution.environment import Environment
from ..resolution.files import File, WheelName, canonical, find_source_name, find_version, find_wheel_name
from ..resolution.gaps import enumerate_some
from ..resolution.listing import LOOPBACK
from ..resolution.session import Session
from .locked import Locked, LockedFile, Wanted


class Chooser:
    """`local`: wheels that came with the project, or were built from folders of it."""

    def __init__(self, wanted: Wanted, session: Session, local: list[dict]):
        self.wanted, self.session, self.local = wanted, session, local

    def choose(self, package: Locked, environment: Environment) -> File:
        """Raises Missing where the index must be asked for the address."""
        if package.requires_python and not environment.admits(package.requires_python):
            raise self.wanted.wrong_python(f"{package.name} in it requires Python {package.requires_python}, and {environment.label} gets {environment.python}")
        if package.folder is not None:
            return self._find_built(package, environment)
        found = self._best_wheel(package, environment) or self._source(package)
        if package.refused or found is None:
            raise self._no_wheel(package, environment)
        listed, name, source = found
        if not listed.sha256:
            raise self.wanted.bad(f"{listed.filename} has no SHA-256 in it")
        return self._locate(package, listed, name, source)

    def _best_wheel(self, package: Locked, environment: Environment) -> tuple[LockedFile, WheelName, bool] | None:
        fitting = []
        for listed in package.files:
            name = find_wheel_name(listed.filename)
            beside = listed.beside or self._own(listed) is not None
            rank = environment.rank(name, beside) if name and name.name == package.name else None
            if rank is not None:
                build = name.build or (-1, "")
                fitting.append((rank, -build[0], [-ord(c) for c in build[1]], listed.filename, listed, name))
        return (*min(fitting, key=lambda entry: entry[:4])[4:], False) if fitting else None

    def _source(self, package: Locked) -> tuple[LockedFile, WheelName, bool] | None:
        """The source archive, where no wheel that the lock names could have been compiled for a platform."""
        if any(one.filename.endswith(".whl") and not one.filename.endswith("-none-any.whl") for one in package.files):
            return None
        return next(((one, name, True) for one in package.files if (name := find_source_name(one.filename, package.name))), None)

    def _own(self, listed: LockedFile) -> dict | None:
        return next((one for one in self.local if one["filename"] == listed.filename and one["sha256"] == listed.sha256), None)

    def _locate(self, package: Locked, listed: LockedFile, name: WheelName, source: bool) -> File:
        if own := self._own(listed):
            return File(listed.filename, own["url"], listed.sha256, own["size"], name, local=True)
        if listed.beside:
            raise self.wanted.bad(f"{listed.filename} is to lie beside it, and is not among the files that came with the project")
        if not listed.url:
            return self._find_on_index(package, listed)
        try:
            parts = urlsplit(listed.url)
        except ValueError:
            raise self.wanted.bad(f"the address of {listed.filename} cannot be read") from None
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise self.wanted.bad(f"the address of {listed.filename} is not https")
        return File(listed.filename, listed.url, listed.sha256, listed.size, name, source=source)

    def _find_on_index(self, package: Locked, listed: LockedFile) -> File:
        listing = self.session.listing(package.name)
        version = find_version(package.version)
        files = listing.files(version) if listing and version else ()
        found = next((file for file in files if file.filename == listed.filename), None)
        if found is None:
            raise Failure("resolution/no-wheel", f"{self.wanted.path} names {listed.filename}, and the index has no such file.",
                          "Name the index that the lock was made with (on the command line: --index).", *self.wanted.advice())
        if found.sha256 != listed.sha256:
            raise Failure("supply/wrong-hash", f"{self.wanted.path} promises the SHA-256 {listed.sha256} for {listed.filename}; the index has {found.sha256}.",
                          "The file was replaced, or this is another index than the lock was made with.", *self.wanted.advice())
        return found

    def _find_built(self, package: Locked, environment: Environment) -> File:
        for one in self.local:
            name = find_wheel_name(one["filename"])
            if name and name.name == canonical(package.name) and environment.rank(name, True) is not None:
                return File(one["filename"], one["url"], one["sha256"], one["size"], name, local=True)
        raise self.wanted.bad(f"{package.name} is to be built from the folder {package.folder}, which is not among the files that came with the project")

    def _no_wheel(self, package: Locked, environment: Environment) -> Failure:
        names = enumerate_some(one.filename for one in package.files if one.filename.endswith(".whl"))
        have = package.refused or (f"it has {names}" if names else "it has only sources")
        return Failure("resolution/no-wheel", f"The project's {self.wanted.path} has no wheel of {package.title} for {environment.described}; {have}.",
                       f"Leave {environment.label} out, or lock again for it.")
