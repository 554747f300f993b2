"""An index's answer for one name → its files by version. JSON by PEP 691, 700 and 714, HTML by PEP 503; both untrusted."""
import json
from bisect import bisect_left
from datetime import datetime
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from ..failure import Failure
from ..instant import find_instant
from .files import File, canonical, find_sdist_version, find_source_name, find_version, find_wheel_name
from .need import Need, find_digest
from .page import complete_entry, parse_page

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Listing:
    """Entries stay as they came until a version is looked at: of thousands only a few ever are."""

    def __init__(self, name: str, base: str, entries: list[dict], status: str = "", index: str = "", prior_to: datetime | None = None):
        self.name, self.base, self.status, self.index = name, base, status, index
        own = group_entries(name, entries)
        self._entries = own if prior_to is None else cut_off(name, base, own, prior_to)
        #: Versions that are there but for the cut-off date.
        self.later: list[Version] = sorted(own.keys() - self._entries.keys(), reverse=True)
        self._files: dict[Version, tuple[File, ...]] = {}
        self.versions: list[Version] = sorted(self._entries, reverse=True)
        self._admitted: dict[str, tuple[Version, ...]] = {}
        self._prereleases: frozenset[Version] | None = None
        self._native: dict[Version, bool] = {}

    @classmethod
    def of_files(cls, name: str, files: list[File]) -> "Listing":
        listing = cls(name, "", [])
        for file in files:
            listing._files[file.wheel.version] = (*listing._files.get(file.wheel.version, ()), file)
        listing.versions = sorted(listing._files, reverse=True)
        return listing

    @property
    def prereleases(self) -> frozenset[Version]:
        if self._prereleases is None:
            self._prereleases = frozenset(version for version in self.versions if version.is_prerelease)
        return self._prereleases

    def admitted(self, needs: list[Need]) -> list[Version]:
        """The versions that suit all of the needs, newest first."""
        sets = sorted({need.key: self._admitted_by(need) for need in needs if need.key}.values(), key=len)
        if not sets:
            return self.versions
        others = [frozenset(own) for own in sets[1:]]
        return [version for version in sets[0] if all(version in own for own in others)]

    def _admitted_by(self, need: Need) -> tuple[Version, ...]:
        # Compared once for each specifier: a search comes back to the same ones over and over.
        if need.key not in self._admitted:
            window = self.versions if need.version is not None else find_window(self.versions, need.spec)
            self._admitted[need.key] = tuple(version for version in window if need.admits_version(version))
        return self._admitted[need.key]

    def files(self, version: Version) -> tuple[File, ...]:
        """Those that can be fetched and checked."""
        files = self._files.get(version)
        if files is None:
            made = (find_file(self.name, entry, self.base) for entry in self._entries.get(version, ()))
            files = self._files[version] = tuple(file for file in made if file)
        return files

    def wheels(self, version: Version) -> tuple[File, ...]:
        return tuple(file for file in self.files(version) if not file.source)

    def sdists(self, version: Version) -> tuple[File, ...]:
        return tuple(sorted((file for file in self.files(version) if file.source), key=lambda file: (not file.filename.endswith(".tar.gz"), file.filename)))

    def buildable(self, version: Version, pinned: bool) -> tuple[File, ...]:
        """Source archives that may give a pure wheel.

        Where there are wheels for platforms the source wants a compiler. In versions without any it most likely does too:
        only who names such a version gets it looked into, lest a search goes through all of them back to the first.
        """
        if self._has_native(version) or (not pinned and any(self._has_native(other) for other in self.versions)):
            return ()
        return self.sdists(version)

    def _has_native(self, version: Version) -> bool:
        if version not in self._native:
            self._native[version] = any(name.endswith(".whl") and not name.endswith("-none-any.whl") for name in self._names(version))
        return self._native[version]

    def _names(self, version: Version) -> list[str]:
        return [entry["filename"] for entry in self._entries.get(version, ())]

    def sources(self, version: Version) -> list[str]:
        return sorted(name for name in self._names(version) if not name.endswith(".whl"))

    def unusable(self, version: Version) -> list[str]:
        """Wheels that are listed but cannot be taken: no SHA-256, or an address that we do not fetch from."""
        usable = {file.filename for file in self.wheels(version)}
        return sorted(name for name in self._names(version) if name.endswith(".whl") and name not in usable)


def find_window(versions: list[Version], spec: SpecifierSet) -> list[Version]:
    """Leaves out, by halving, what is certainly too old or too new; `versions` are newest first."""
    start, end = 0, len(versions)
    for one in spec:
        bound = find_version(one.version)
        if bound is None:
            continue
        below = bisect_left(versions, True, key=lambda version: version < bound)
        if one.operator in (">=", "~=", "=="):
            end = min(end, below)
        elif one.operator == "<":
            start = max(start, below)
    return versions[start:end]


def parse_listing(name: str, url: str, content_type: str, body: bytes, **about) -> Listing:
    """`about`: `index`, its address; `prior_to`, the cut-off date."""
    if is_json(content_type, body):
        return parse_json(name, url, body, about)
    return parse_html(name, url, body, about)


def is_json(content_type: str, body: bytes) -> bool:
    kind = content_type.partition(";")[0].lower()
    if "json" in kind or "html" in kind:
        return "json" in kind
    return body[:64].lstrip()[:1] == b"{"


def parse_json(name: str, url: str, body: bytes, about: dict) -> Listing:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise bad_answer(name, url, f"is not JSON ({error})") from None
    if not isinstance(answer, dict) or not isinstance(answer.get("files"), list):
        raise bad_answer(name, url, "has no list of files")
    meta = answer.get("meta")
    check_api_version(name, url, meta.get("api-version") if isinstance(meta, dict) else None)
    status = answer.get("project-status")
    return Listing(name, url, answer["files"], status.get("status", "") if isinstance(status, dict) else "", **about)


def check_api_version(name: str, url: str, version: object) -> None:
    if version is not None and str(version).partition(".")[0] != "1":
        raise bad_answer(name, url, f"has version {version} of the index interface; 1.x is understood")


def parse_html(name: str, url: str, body: bytes, about: dict) -> Listing:
    page = parse_page(body.decode("utf-8", "replace"))
    check_api_version(name, url, page.api_version)
    listing = Listing(name, find_base(url, page.base), page.entries, page.status, **about)
    if not listing.versions and page.has_form:
        raise bad_answer(name, url, "is a page with a form, perhaps to log in, and not a list of files")
    return listing


def find_base(url: str, base: str) -> str:
    """A base that is no address counts as none, as in browsers."""
    try:
        return urljoin(url, base) if base else url
    except ValueError:
        return url


def bad_answer(name: str, url: str, what: str) -> Failure:
    return Failure("supply/bad-answer", f"The index's answer for {name} {what}.", url)


def group_entries(name: str, entries: list) -> dict[Version, list[dict]]:
    groups: dict[Version, list[dict]] = {}
    for entry in entries:
        version = entry_version(name, entry)
        if version is not None:
            groups.setdefault(version, []).append(entry)
    return groups


def cut_off(name: str, url: str, groups: dict[Version, list[dict]], prior_to: datetime) -> dict[Version, list[dict]]:
    """Files without an upload time do not exist then either; where none has one the date means nothing, and that is said."""
    times = [find_instant(entry.get("upload-time")) for entries in groups.values() for entry in entries]
    if times and not any(times):
        raise Failure("supply/bad-answer", f"The index does not say of {name} when its files were uploaded, so nothing of it can be held against the cut-off date.",
                      url, "Take it from another index, or leave the cut-off date out (on the command line: --uploaded-prior-to).")
    kept = {version: [entry for entry in entries if (time := find_instant(entry.get("upload-time"))) and time < prior_to] for version, entries in groups.items()}
    return {version: entries for version, entries in kept.items() if entries}


def entry_version(name: str, entry: object) -> Version | None:
    filename = entry.get("filename") if isinstance(entry, dict) else None
    if not isinstance(filename, str) or not isinstance(entry.get("url"), str):
        return None
    if not filename.endswith(".whl"):
        return find_sdist_version(filename, name)
    # Only what groups: the rest of the name is read when the version is looked at.
    stem, _, rest = filename.partition("-")
    return find_version(rest.partition("-")[0]) if canonical(stem) == name else None


def find_file(name: str, entry: dict, base: str) -> File | None:
    entry = complete_entry(entry)
    wheel = find_wheel_name(entry["filename"])
    source = find_source_name(entry["filename"], name) if wheel is None else None
    address = find_address(entry["url"], base)
    if (wheel or source) is None or address is None:
        return None
    url, fragment = address
    sha256 = find_sha256(entry.get("hashes")) or find_digest(fragment)
    if not sha256:
        return None
    size, yanked, requires = entry.get("size"), entry.get("yanked"), entry.get("requires-python")
    return File(
        entry["filename"], url, sha256, size if type(size) is int and size > 0 else None, wheel or source,
        requires_python=requires if isinstance(requires, str) else "",
        yanked=(yanked if isinstance(yanked, str) else "") if yanked not in (None, False) else None,
        metadata_sha256="" if source else announced_metadata(entry), source=source is not None,
    )


def announced_metadata(entry: dict) -> str:
    for key in ("core-metadata", "dist-info-metadata", "data-dist-info-metadata"):
        if entry.get(key) is not None:
            return find_sha256(entry[key])
    return ""


def find_sha256(hashes: object) -> str:
    value = hashes.get("sha256") if isinstance(hashes, dict) else None
    return find_digest(f"sha256={value}") if isinstance(value, str) else ""


def find_address(url: str, base: str) -> tuple[str, str] | None:
    """Absolute, without fragment and credentials; None where it is not one that we fetch from."""
    try:
        absolute, fragment = urldefrag(urljoin(base, url.strip()))
        parts, origin = urlsplit(absolute), urlsplit(base)
        host = parts.hostname
    except ValueError:
        return None
    secure = parts.scheme == "https"
    near = parts.scheme == "http" and host in LOOPBACK and parts.netloc == origin.netloc and origin.scheme == "http"
    if not host or not (secure or near):
        return None
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, "")), fragment
