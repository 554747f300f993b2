"""What can be had for one target: candidates of a name, newest first, and what each of them asks for."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag

from packaging.version import Version

from ..failure import Failure
from .environment import Environment
from .files import File, canonical, find_source_name, find_version, find_wheel_name, make_pure, url_filename
from .listing import Listing
from .metadata import Metadata
from .need import Need, find_requirement, make_needs, make_same
from .session import Missing, Refusal, Session
from .terms import Terms, find_url_problem


NOTHING = Metadata("", "", (), "", frozenset())


@dataclass(slots=True, eq=False)
class Candidate:
    ident: str
    name: str
    extra: str
    version: Version
    file: File
    direct: bool = False
    # Stands in for what cannot be had, so that the rest can be looked at.
    missing: bool = False

    def __str__(self) -> str:
        return f"{self.ident} {self.version}"


class Rejected(Exception):
    """A candidate proved to be unusable; it is not offered again."""


class Stock:
    def __init__(self, session: Session, environment: Environment, terms: Terms, lenient: bool = False):
        # Lenient: what cannot be had counts as had, which is how all gaps are found and not only the first.
        self.lenient = lenient
        self.session, self.environment, self.terms = session, environment, terms
        self.roots = terms.roots(environment)
        self.limits = terms.limits(environment)
        self.rejected: dict[str, str] = {}
        # What search.py has learnt: candidates that the roots rule out for good.
        self.excluded: dict[Candidate, object] = {}
        self._files: dict[tuple, File | None] = {}
        self._candidates: dict[tuple, Candidate] = {}
        self._needs: dict[Candidate, tuple[Need, ...]] = {}

    def listing(self, name: str) -> Listing | None:
        # A name that came with the project is never looked up: that is how dependency confusion starts.
        return self.terms.local.get(name) or self.session.listing(name)

    def candidates(self, ident: str, needs: Iterable[Need], prefer: dict[str, Version]) -> Iterator[Candidate]:
        needs = [*needs]
        name, extra = needs[0].name, needs[0].extra
        if any(need.url for need in needs):
            yield from self._direct(ident, name, extra, needs)
            return
        listing = self.listing(name)
        if listing is None or listing.status == "quarantined":
            return
        limited = needs + self.limits.get(name, [])
        pinned, any_there = any(need.pinned for need in limited), False
        for version in self._admitted(listing, limited, prefer.get(name)):
            file = self.find_file(listing, version, pinned)
            if file:
                any_there = True
                yield self.candidate(ident, name, extra, version, file)
        if self.lenient and not any_there:
            yield from self._stand_in(ident, name, extra, listing, limited)

    def _stand_in(self, ident: str, name: str, extra: str, listing: Listing, needs: list[Need]) -> Iterator[Candidate]:
        suiting = listing.admitted(needs)
        version = next((version for version in suiting if not version.is_prerelease), suiting[0] if suiting else None)
        if version is None:
            return
        files = listing.wheels(version) or listing.sdists(version)
        text = f"Name: {name}\nVersion: {version}\n"
        # Any wheel of it says what it needs.
        file = min(files, key=lambda file: file.filename, default=File("", f"missing:{name}/{version}", "", None, make_pure(name, version), text=text))
        yield self.candidate(ident, name, extra, version, file, missing=True)

    def _admitted(self, listing: Listing, needs: list[Need], preferred: Version | None) -> Iterator[Version]:
        """PEP 440: pre-releases where somebody names one, or where there is nothing else that can be used."""
        allowed = self.terms.prereleases or listing.name in self.terms.local or any(need.prereleases for need in needs)
        pinned = any(need.pinned for need in needs)
        versions = listing.admitted(needs)
        if preferred is not None and preferred in versions:
            versions = [preferred, *(version for version in versions if version != preferred)]
        finals, held = False, []
        for version in versions:
            if allowed or version not in listing.prereleases:
                finals = finals or self.find_file(listing, version, pinned) is not None
                yield version
            else:
                held.append(version)
        if not finals:
            yield from held

    def _direct(self, ident: str, name: str, extra: str, needs: list[Need]) -> Iterator[Candidate]:
        urls = {need.url: need for need in needs if need.url}
        if len(urls) != 1:
            return
        [(url, need)] = urls.items()
        wheel = find_wheel_name(url_filename(url))
        source = wheel is None
        wheel = wheel or find_source_name(url_filename(url), name)
        digest = next((need.sha256 for need in needs if need.url and need.sha256), "")
        file = File(url_filename(url), url, digest, None, wheel, source=source)
        allowed = self.terms.hashes.get(name)
        limits = self.limits.get(name, [])
        if (
            self.environment.rank(wheel) is not None and url not in self.rejected and (allowed is None or digest in allowed)
            and all(other.admits_version(wheel.version) for other in [*needs, *limits] if not other.url)
        ):
            yield self.candidate(ident, name, extra, wheel.version, file, direct=True)

    def candidate(self, ident, name, extra, version, file, direct=False, missing=False) -> Candidate:
        # One object per wheel: candidates are compared and hashed often, and identity is cheapest.
        key = (ident, file.url, missing)
        if key not in self._candidates:
            self._candidates[key] = Candidate(ident, name, extra, version, file, direct, missing)
        return self._candidates[key]

    def find_file(self, listing: Listing, version: Version, pinned: bool) -> File | None:
        key = (listing.name, version, pinned)
        if key not in self._files:
            self._files[key] = self._find_file(listing, version, pinned)
        return self._files[key]

    def _find_file(self, listing: Listing, version: Version, pinned: bool) -> File | None:
        fitting = [file for file in listing.wheels(version) if self.fits(listing.name, file)]
        if not fitting:
            fitting = [file for file in listing.buildable(version, pinned) if self.fits(listing.name, file)]
        # PEP 592: a yanked file only for a pin, and only where nothing else is left.
        kept = [file for file in fitting if file.yanked is None]
        return min(kept or (fitting if pinned else []), key=self._order, default=None)

    def fits(self, name: str, file: File) -> bool:
        allowed = self.terms.hashes.get(name)
        return (
            file.url not in self.rejected
            and (allowed is None or file.sha256 in allowed)
            and self.environment.admits(file.requires_python)
            and self.environment.rank(file.wheel, file.local) is not None
        )

    def _order(self, file: File):
        build = file.wheel.build or (-1, "")
        return self.environment.rank(file.wheel, file.local), -build[0], [-ord(c) for c in build[1]], not file.filename.endswith(".tar.gz"), file.filename

    def reject(self, candidate: Candidate, reason: str) -> None:
        self.rejected[candidate.file.url] = reason
        for key in [key for key in self._files if key[0] == candidate.name]:
            del self._files[key]

    def needs_of(self, candidate: Candidate) -> tuple[Need, ...]:
        needs = self._needs.get(candidate)
        if needs is None:
            needs = self._needs[candidate] = tuple(self._read_needs(candidate))
        return needs

    def _read_needs(self, candidate: Candidate) -> Iterator[Need]:
        metadata = self._read_metadata(candidate)
        problem = self.find_problem(candidate, metadata)
        if problem and candidate.missing:
            metadata = NOTHING
        elif problem:
            self.reject(candidate, problem)
            raise Rejected
        if candidate.extra:
            yield make_same(candidate)
        for text in metadata.requires:
            yield from self._held(text, candidate.extra)

    def _read_metadata(self, candidate: Candidate) -> Metadata | Refusal | None:
        try:
            return self.session.metadata_of(candidate.file)
        except Failure:
            if candidate.missing:
                return None
            raise

    def _held(self, text: str, extra: str) -> tuple[Need, ...]:
        key = (text, extra)
        if key not in self.environment.needs:
            needs = make_needs(text) if self._holds(text, extra) else ()
            self.environment.needs[key] = tuple(self.terms.settle(need, self.environment) for need in needs)
        return self.environment.needs[key]

    def _holds(self, text: str, extra: str) -> bool:
        marker = find_requirement(text).marker
        # What holds without the extra is asked for by the distribution itself.
        return self.environment.holds(marker, extra) and not (extra and self.environment.holds(marker))

    def find_problem(self, candidate: Candidate, metadata: Metadata | Refusal | None) -> str:
        if metadata is None:
            return "its metadata is not to be had"
        if isinstance(metadata, Refusal):
            return metadata.reason
        if metadata.name != candidate.name or find_version(metadata.version) != candidate.file.wheel.version:
            return f"its metadata says that it is {metadata.name or 'nameless'} {metadata.version[:100]}"
        if not self.environment.admits(metadata.requires_python):
            return f"it requires Python {metadata.requires_python}"
        return next(filter(None, map(self._find_requirement_problem, metadata.requires)), "")

    def _find_requirement_problem(self, text: str) -> str:
        requirement = find_requirement(text)
        if requirement is None:
            return f"its metadata asks for `{text[:200]}`, which is not a requirement"
        if not requirement.url or not self.environment.holds(requirement.marker):
            return ""
        problem = find_url_problem(requirement.url, canonical(requirement.name))
        return problem and f"it asks for `{text[:200]}`, and {problem}"

    def missing_listings(self, needs: Iterable[Need]) -> dict[tuple, dict]:
        wants: dict[tuple, dict] = {}
        for need in needs:
            if need.url:
                continue
            try:
                self.listing(need.name)
            except Missing as missing:
                wants.update(missing.wants)
            except Failure:  # of the supply; raised when the search needs the name itself
                continue
        return wants
