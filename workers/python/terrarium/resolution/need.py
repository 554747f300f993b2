"""Requirement strings → needs: what one parent asks of one distribution, on one target."""
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urldefrag

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from .files import LONGEST_VERSION, canonical

LONGEST_REQUIREMENT = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    ident: str
    name: str
    extra: str
    spec: SpecifierSet
    text: str
    origin: str = ""
    url: str = ""
    sha256: str = ""
    # Set where an extra asks for its own distribution: the same version and nothing else.
    version: Version | None = None
    pinned: bool = False
    prereleases: bool = False
    key: str = field(default="")

    def admits(self, candidate) -> bool:
        if self.url:
            return candidate.file.url == self.url
        return self.admits_version(candidate.version)

    def admits_version(self, version: Version) -> bool:
        if self.version is not None:
            return version == self.version and str(version) == str(self.version)
        return self.spec.contains(version, prereleases=True)


@lru_cache(maxsize=65536)
def find_requirement(text: str) -> Requirement | None:
    """None where it is not PEP 508. Parsed once: five targets and many versions ask for the same."""
    if len(text) > LONGEST_REQUIREMENT:
        return None
    try:
        requirement = Requirement(text)
        # `packaging` parses versions when they are first compared.
        longest = max((len(one.version) for one in requirement.specifier), default=0)
        urldefrag(requirement.url or "")
    except (InvalidRequirement, RecursionError, ValueError):
        return None
    return requirement if longest <= LONGEST_VERSION else None


@lru_cache(maxsize=65536)
def make_needs(text: str, origin: str = "") -> tuple[Need, ...]:
    """`a[x,y]>=1` is three needs: `a`, `a[x]` and `a[y]`."""
    requirement = find_requirement(text)
    name = canonical(requirement.name)
    url, fragment = urldefrag(requirement.url or "")
    spec = requirement.specifier
    shared = dict(
        name=name, spec=spec, text=text, origin=origin, url=url, sha256=find_digest(fragment),
        pinned=is_pin(spec), prereleases=bool(spec.prereleases), key=f"{spec}{url}",
    )
    extras = sorted({canonical(extra) for extra in requirement.extras})
    return tuple(Need(ident=identify(name, extra), extra=extra, **shared) for extra in ["", *extras])


def make_same(candidate) -> Need:
    return Need(
        ident=candidate.name, name=candidate.name, extra="", spec=SpecifierSet(), version=candidate.version,
        text=f"{candidate.name}=={candidate.version}", url=candidate.file.url if candidate.direct else "",
        pinned=True, prereleases=True, key=f"={candidate.version}",
    )


def make_any(candidate) -> Need:
    return Need(ident=candidate.ident, name=candidate.name, extra=candidate.extra, spec=SpecifierSet(), text=candidate.ident)


def identify(name: str, extra: str) -> str:
    return f"{name}[{extra}]" if extra else name


def is_pin(spec: SpecifierSet) -> bool:
    return any(one.operator == "===" or (one.operator == "==" and not one.version.endswith(".*")) for one in spec)


def find_digest(fragment: str) -> str:
    for part in fragment.split("&"):
        name, _, value = part.partition("=")
        if name == "sha256" and len(value) == 64 and all(c in "0123456789abcdefABCDEF" for c in value):
            return value.lower()
    return ""
