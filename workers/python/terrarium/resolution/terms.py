"""A request's wishes, parsed: what holds for every target before anything is looked up."""
from dataclasses import replace
from urllib.parse import urlsplit

from packaging.version import Version

from ..failure import Failure
from ..instant import find_instant
from .files import File, canonical, find_source_name, find_version, find_wheel_name, url_filename
from .listing import LOOPBACK, Listing
from .need import Need, find_digest, find_requirement, identify, make_needs


class Terms:
    def __init__(self, request: dict):
        # Sorted, so that the order in which somebody wrote them decides nothing.
        self.requirements = sorted({(r["requirement"].strip(), r["origin"]) for r in request["requirements"]})
        for text, origin in self.requirements:
            check_requirement(text, origin)
        self.constraints = sorted({text.strip() for text in request["constraints"]})
        for text in self.constraints:
            check_constraint(text)
        self.hashes = collect_hashes(request["requirements"])
        self.local = collect_local(request["local"])
        self.preferred = collect_preferred(request["preferred"])
        self.overrides = sorted({text.strip() for text in request.get("overrides", ())})
        for text in self.overrides:
            check_override(text)
        # Another distribution that does the same, by the name of the one that it stands in for.
        self.substitutes = {canonical(name): canonical(other) for name, other in sorted(request.get("substitutes", {}).items())}
        self.prereleases: bool = request["allowPrereleases"]
        self.prior_to = find_instant(request.get("uploadedPriorTo"))

    def roots(self, environment) -> list:
        return [
            self.settle(need, environment)
            for text, origin in self.requirements if environment.holds(find_requirement(text).marker)
            for need in make_needs(text, origin)
        ]

    def settle(self, need: Need, environment) -> Need:
        """What the user decided over the heads of those who ask."""
        if other := self.substitutes.get(need.name):
            need = replace(need, name=other, ident=identify(other, need.extra))
        for text in self.overrides:
            requirement = find_requirement(text)
            if canonical(requirement.name) == need.name and environment.holds(requirement.marker):
                own = make_needs(text, "an override")[0]
                return replace(need, spec=own.spec, key=own.key, pinned=own.pinned, prereleases=own.prereleases, url=own.url, sha256=own.sha256)
        return need

    def limits(self, environment) -> dict[str, list]:
        """Constraints by name."""
        limits: dict[str, list] = {}
        for text in self.constraints:
            if environment.holds(find_requirement(text).marker):
                need = make_needs(text, "constraint")[0]
                limits.setdefault(need.name, []).append(need)
        return limits


def check_requirement(text: str, origin: str) -> None:
    requirement = find_requirement(text)
    if requirement is None:
        raise Failure(
            "resolution/bad-requirement",
            f"Reading what the project requires: `{text[:200]}` is not a requirement (PEP 508).", f"It stands in {origin}.",
        )
    problem = find_url_problem(requirement.url, canonical(requirement.name)) if requirement.url else ""
    if problem:
        raise Failure("resolution/bad-requirement", f"`{text[:300]}` cannot be packed: {problem}.", f"It stands in {origin}.")


def find_url_problem(url: str, name: str) -> str:
    """Why a direct reference cannot be taken; empty where it can."""
    try:
        parts = urlsplit(url)
        filename, host = url_filename(url), parts.hostname
    except ValueError:
        return "the address cannot be read"
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        return "only wheels and source archives at an https address are fetched"
    wheel = find_wheel_name(filename) or find_source_name(filename, name)
    if wheel is None:
        return f"the address names {filename or 'no file'}, which is neither a wheel nor a source archive (.tar.gz) of {name}"
    if wheel.name != name:
        return f"the address is that of a wheel of {wheel.name}"
    if not find_digest(parts.fragment):
        return "a file that is fetched directly needs its hash, as `#sha256=…` at the end of the address"
    return ""


def check_constraint(text: str) -> None:
    requirement = find_requirement(text)
    if requirement is None or requirement.url:
        raise Failure(
            "resolution/bad-requirement",
            f"Reading constraints: `{text[:200]}` is not a name with versions.",
        )


def check_override(text: str) -> None:
    requirement = find_requirement(text)
    if requirement is None or requirement.extras:
        raise Failure("resolution/bad-requirement", f"Reading overrides: `{text[:200]}` is not a name with versions and perhaps a marker, as in `name==1.0; sys_platform == 'darwin'`.")
    if requirement.url and (problem := find_url_problem(requirement.url, canonical(requirement.name))):
        raise Failure("resolution/bad-requirement", f"Reading overrides: `{text[:300]}` cannot be used: {problem}.")


def collect_hashes(requirements: list[dict]) -> dict[str, frozenset[str]]:
    """Per name, the SHA-256 of the only files that may be taken."""
    allowed: dict[str, frozenset[str]] = {}
    for entry in requirements:
        if not entry["hashes"]:
            continue
        digests = frozenset(filter(None, (find_hash(text) for text in entry["hashes"])))
        if not digests:
            raise Failure(
                "resolution/bad-requirement",
                f"`{entry['requirement']}` has hashes, but no readable SHA-256 among them.", f"It stands in {entry['origin']}.",
            )
        name = canonical(find_requirement(entry["requirement"].strip()).name)
        allowed[name] = allowed.get(name, digests) & digests
    return allowed


def find_hash(text: str) -> str:
    return find_digest(text.strip().removeprefix("--hash=").replace("sha256:", "sha256=", 1))


def collect_local(wheels: list[dict]) -> dict[str, Listing]:
    files: dict[str, list[File]] = {}
    for wheel in sorted(wheels, key=lambda wheel: (wheel["filename"], wheel["sha256"])):
        name = find_wheel_name(wheel["filename"])
        if name is None:
            raise Failure("wheel/invalid", f"{wheel['filename']} is not the file name of a wheel (name-version-python-abi-platform.whl).")
        file = File(
            wheel["filename"], wheel["url"], wheel["sha256"], wheel["size"], name, text=wheel["metadata"], local=True,
        )
        files.setdefault(name.name, []).append(file)
    return {name: Listing.of_files(name, own) for name, own in files.items()}


def collect_preferred(preferred: dict[str, str]) -> dict[str, Version]:
    versions = {canonical(name): find_version(version) for name, version in preferred.items()}
    return {name: version for name, version in sorted(versions.items()) if version}
