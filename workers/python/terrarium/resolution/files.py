"""File names of distributions → name, version, tags. Linear in the name's length: it comes from the index."""
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from packaging.utils import canonicalize_name
from packaging.version import Version

LONGEST_NAME = 400
LONGEST_VERSION = 200
# PEP 625 knows the first alone; the second is on the index since before it.
BUILDABLE_SUFFIXES = (".tar.gz", ".zip")
SDIST_SUFFIXES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")

canonical = lru_cache(maxsize=65536)(canonicalize_name)


@dataclass(frozen=True, slots=True)
class WheelName:
    name: str
    version: Version
    build: tuple
    pythons: tuple[str, ...]
    abis: tuple[str, ...]
    platforms: tuple[str, ...]

    @property
    def pure(self) -> bool:
        return self.platforms == ("any",) and self.abis == ("none",)


@dataclass(slots=True)
class File:
    """A wheel that can be had, or a source archive that one can be built from (`source`; its `wheel` is what a build is to give).

    `metadata_sha256` is empty where the index announces none; `text` is the metadata where it is on hand.
    """

    filename: str
    url: str
    sha256: str
    size: int | None
    wheel: WheelName
    requires_python: str = ""
    yanked: str | None = None
    metadata_sha256: str = ""
    text: str | None = None
    local: bool = False
    source: bool = False

    @property
    def metadata_key(self) -> str:
        # Wheels of one version mostly share their metadata: the same announced digest is the same text.
        return self.metadata_sha256 or self.url


@lru_cache(maxsize=65536)
def find_version(text: str) -> Version | None:
    if len(text) > LONGEST_VERSION:
        return None
    try:
        return Version(text)
    except ValueError:
        return None


def find_wheel_name(filename: str) -> WheelName | None:
    """None where the name is not one of a wheel."""
    if len(filename) > LONGEST_NAME or not filename.endswith(".whl"):
        return None
    parts = filename[:-4].split("-")
    if len(parts) not in (5, 6) or not all(parts) or not re.fullmatch(r"[\w.]+", parts[0], re.ASCII):
        return None
    version = find_version(parts[1])
    build = find_build(parts[2]) if len(parts) == 6 else ()
    if version is None or build is None:
        return None
    tags = [tuple(part.lower().split(".")) for part in parts[-3:]]
    return WheelName(canonical(parts[0]), version, build, *tags)


def find_build(text: str) -> tuple | None:
    match = re.fullmatch(r"(\d{1,50})(\D.*)?", text, re.ASCII)
    return (int(match[1]), match[2] or "") if match and len(text) <= 100 else None


def find_sdist_version(filename: str, name: str) -> Version | None:
    for suffix in SDIST_SUFFIXES:
        if filename.endswith(suffix) and len(filename) <= LONGEST_NAME:
            stem, dash, version = filename[: -len(suffix)].rpartition("-")
            return find_version(version) if dash and canonical(stem) == name else None
    return None


def find_source_name(filename: str, name: str) -> WheelName | None:
    """What a build of the source archive is to give: only pure Python is built."""
    version = find_sdist_version(filename, name) if filename.endswith(BUILDABLE_SUFFIXES) else None
    return make_pure(name, version) if version else None


def make_pure(name: str, version: Version) -> WheelName:
    return WheelName(name, version, (), ("py3",), ("none",), ("any",))


def url_filename(url: str) -> str:
    # Decoded once and no more: a second pass would let `%252f` become a separator.
    return unquote(urlsplit(url).path.rpartition("/")[2])
