"""Does a lock still fit its project? What the project asks for must be in it, in a version that suits."""
from ..failure import Failure
from ..resolution.environment import Environment
from ..resolution.files import canonical, find_version
from .locked import Locked, Wanted
from .marker import holds


def check_fresh(wanted: Wanted, selected: list[Locked], environment: Environment) -> None:
    by_name = {package.name: package for package in selected}
    for text, origin in wanted.requirements:
        requirement = wanted.parse_requirement(text)
        name = canonical(requirement.name)
        if name == canonical(wanted.project) or not holds(requirement.marker and str(requirement.marker), wanted, environment, wanted.extras):
            continue
        package = by_name.get(name)
        version = find_version(package.version) if package else None
        if package is None or version and not requirement.url and not requirement.specifier.contains(version, prereleases=True):
            raise make_failure(wanted, text, origin, package, environment)


def make_failure(wanted: Wanted, text: str, origin: str, package: Locked | None, environment: Environment) -> Failure:
    have = f"has {package.title}" if package else f"has no {canonical(wanted.parse_requirement(text).name)} for {environment.label}"
    return Failure("project/bad-metadata", f"{wanted.path} does not fit the project: `{text[:200]}` is required, and the lock {have}.", f"It stands in {origin}." if "." in origin else f"It was {origin}.", *wanted.advice())
