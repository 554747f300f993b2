"""The verb `wheel_metadata`: a wheel's bytes and its accepted members → its core metadata, entries and purity; checked against the wheel format."""
import re

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag, parse_tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from terrarium import limits
from terrarium.analysis.entries import choose_entry, new_names
from terrarium.analysis.entry_points import entries_of_ini
from terrarium.analysis.pkg_info import parse_core_metadata
from terrarium.failure import Failure
from terrarium.member_spans import read_member

LONGEST_FILENAME = 512
_WHEEL_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})\Z")


def wheel_metadata(request: dict, blobs) -> dict:
    return _Wheel(request["wheel"], memoryview(blobs[0])).describe()


class _Wheel:
    def __init__(self, wheel: dict, archive: memoryview):
        self.filename, self.archive = wheel["filename"], archive
        self.name, self.version, self.tags = self._read_filename()
        self.members = {span["path"]: span for span in wheel["members"]}
        self.info = self._find_info()

    def describe(self) -> dict:
        pure = self._read_wheel()
        text = self._text("METADATA")
        fields = parse_core_metadata(text)
        self._check_identity(fields)
        answer = {
            "name": fields["name"][0], "version": fields["version"][0], "requires": self._requires(fields),
            "extras": fields.get("provides-extra", []), "entries": self._entries(), "metadata": text, "pure": pure,
        }
        python = self._requires_python(fields)
        return answer | ({"requiresPython": python} if python else {})

    def fail(self, what: str, found: str, expected: str, *notes: str) -> Failure:
        return Failure("wheel/invalid", f"Reading {what} of {self.filename[:200]}: found {found}, expected {expected}.", self.filename[:200], *notes,
                       "The wheel does not follow the wheel format; build it anew or take another file.")

    def _read_filename(self) -> tuple[str, Version, frozenset[Tag]]:
        try:
            if len(self.filename) > LONGEST_FILENAME:
                raise InvalidWheelFilename("it is too long")
            name, version, _, tags = parse_wheel_filename(self.filename)
        except (InvalidWheelFilename, InvalidVersion, ValueError) as error:
            raise self.fail("the file name", f"a problem ({str(error)[:200]})", "`name-version(-build)-python-abi-platform.whl`") from None
        return name, version, tags

    def _find_info(self) -> str:
        folders = sorted({path.partition("/")[0] for path in self.members if path.partition("/")[0].endswith(".dist-info") and "/" in path})
        if len(folders) != 1:
            raise self.fail("the members", f"{len(folders)} .dist-info folders{': ' if folders else ''}{', '.join(folders[:3])}", "one")
        stem, _, version = folders[0].removesuffix(".dist-info").rpartition("-")
        self._check_name(stem, f"the folder {folders[0]}")
        self._check_version(version, f"the folder {folders[0]}")
        return folders[0]

    def _check_name(self, name: str, where: str):
        if canonicalize_name(name) != self.name:
            raise self.fail(where, f"the name {name[:100]!r}", f"{self.name!r}, as the file name says")

    def _check_version(self, version: str, where: str):
        try:
            matches = len(version) < 200 and Version(version) == self.version
        except InvalidVersion:
            matches = False
        if not matches:
            raise self.fail(where, f"the version {version[:100]!r}", f"{str(self.version)!r}, as the file name says")

    def _text(self, name: str, required: bool = True) -> str:
        span = self.members.get(f"{self.info}/{name}")
        if not span and not required:
            return ""
        if not span:
            raise self.fail(self.info, f"no {name}", "one")
        if span["size"] > (most := limits.find("metadata")):
            raise self.fail(f"{self.info}/{name}", f"{span['size']} bytes", f"at most {most} (metadata)", limits.explain("metadata", span["size"]))
        try:
            return read_member(self.archive, span).decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise self.fail(f"{self.info}/{name}", f"a byte at {error.start} that is not UTF-8", "UTF-8") from None

    def _read_wheel(self) -> bool:
        """True where the wheel is pure: it says so, and every platform tag is `any`."""
        fields = parse_core_metadata(self._text("WHEEL"))
        version = (fields.get("wheel-version") or [""])[0]
        match = _WHEEL_VERSION.match(version)
        if not match or match[1] != "1":
            raise self.fail("WHEEL", f"Wheel-Version {version[:50]!r}", "1.0")
        self._check_tags(fields.get("tag", []))
        purelib = (fields.get("root-is-purelib") or ["false"])[0].lower() == "true"
        return purelib and all(tag.platform == "any" for tag in self.tags)

    def _check_tags(self, written: list[str]):
        """Renamed wheels keep some of their tags; one that keeps none is another wheel under a false name."""
        try:
            tags = {tag for text in written[:1000] for tag in parse_tag(text)}
        except ValueError:
            raise self.fail("WHEEL", "a tag that is none", "`python-abi-platform`") from None
        if not tags & self.tags:
            raise self.fail("WHEEL", f"the tags {', '.join(written[:3]) or '(none)'}", f"those of the file name: {', '.join(sorted(map(str, self.tags))[:3])}")

    def _check_identity(self, fields: dict[str, list[str]]):
        version = (fields.get("metadata-version") or [""])[0]
        if version.partition(".")[0] not in ("1", "2"):
            raise self.fail("METADATA", f"Metadata-Version {version[:50]!r}", "1.x or 2.x")
        for field in ("name", "version"):
            if len(fields.get(field, [])) != 1 or not fields[field][0]:
                raise self.fail("METADATA", f"{len(fields.get(field, []))} values for {field.capitalize()}", "one")
        self._check_name(fields["name"][0], "METADATA")
        self._check_version(fields["version"][0], "METADATA")

    def _requires(self, fields: dict[str, list[str]]) -> list[str]:
        for text in fields.get("requires-dist", []):
            try:
                Requirement(text[:limits.find("requirement")])
            except (InvalidRequirement, RecursionError, ValueError):
                raise self.fail("METADATA", f"the requirement {text[:200]!r}", "one that PEP 508 describes") from None
        return fields.get("requires-dist", [])

    def _requires_python(self, fields: dict[str, list[str]]) -> str | None:
        text = (fields.get("requires-python") or [""])[0]
        try:
            return text if str(SpecifierSet(text)) else None
        except InvalidSpecifier:
            raise self.fail("METADATA", f"Requires-Python {text[:100]!r}", "ranges such as `>=3.11`") from None

    def _entries(self) -> list[dict]:
        """The likeliest first: declared commands, then packages with a `__main__`."""
        path = f"{self.info}/entry_points.txt"
        declared = entries_of_ini(self._text("entry_points.txt", required=False), path, "entry_points.txt", "wheel/invalid")
        packages = [path.removesuffix("/__main__.py") for path in self.members if path.count("/") == 1 and path.endswith("/__main__.py")]
        mains = [{"name": package, "kind": "module", "value": package, "windowed": False, "origin": f"{package}/__main__.py"}
                 for package in sorted(packages) if package.isidentifier()]
        entries = declared + new_names(declared, mains)
        first = choose_entry(self.name, entries)
        return entries[first:first + 1] + entries[:first] + entries[first + 1:] if entries else []
