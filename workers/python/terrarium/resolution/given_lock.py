"""A pylock.toml that came with the project (PEP 751) → the `Resolution` that it says, or a failure: it is used as it is."""
import tomllib
from urllib.parse import urlsplit

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.pylock import Package, PackageArchive, PackageSdist, PackageWheel, Pylock, PylockUnsupportedVersionError, PylockValidationError

from ..failure import Failure
from .environment import Environment
from .files import File, canonical, find_source_name, find_wheel_name, url_filename
from .gaps import enumerate_some
from .listing import LOOPBACK, find_sha256
from .outcome import make_wheel


def resolve_lock(text: str, environments: dict[str, Environment], local: list[dict]) -> dict:
    lock = parse_lock(text)
    found: dict[tuple, dict] = {}
    for environment in environments.values():
        for package in select_packages(lock, environment):
            file = choose_wheel(package, environment, local)
            wheel, version = make_wheel(file), str(package.version or file.wheel.version)
            entry = found.setdefault((package.name, version), {
                "name": package.name, "version": version, "wheels": {}, "requiredBy": find_askers(package, lock),
            })
            entry["wheels"][environment.id] = wheel
    return {
        "python": next(iter(environments.values())).series if environments else "",
        "targets": list(environments),
        "distributions": [found[key] for key in sorted(found)],
        "lock": text,
        "notices": ["The versions are those of the project's lock file (pylock.toml)."],
        "gaps": [],
    }


def parse_lock(text: str) -> Pylock:
    try:
        return Pylock.from_dict(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise bad_lock(f"it is not TOML ({error})") from None
    except PylockUnsupportedVersionError as error:
        raise bad_lock(f"{error}; versions 1.x are") from None
    except (PylockValidationError, RecursionError) as error:
        raise bad_lock(str(error)) from None


def bad_lock(what: str) -> Failure:
    return Failure(
        "project/bad-metadata", f"Reading the project's pylock.toml: {what}.",
        "Write it anew with the tool that made it, or leave it out to have versions resolved here.",
    )


def select_packages(lock: Pylock, environment: Environment) -> list[Package]:
    check_environment(lock, environment)
    selected: dict[str, Package] = {}
    for package in lock.packages:
        if package.marker and not holds(package.marker, lock, environment):
            continue
        if package.name in selected:
            raise bad_lock(f"{package.name} stands in it twice for {environment.label}; the markers must exclude each other")
        if package.requires_python and not environment.admits(str(package.requires_python)):
            raise bad_lock(f"{package.name} in it requires Python {package.requires_python}, and {environment.label} gets {environment.python}")
        selected[package.name] = package
    return list(selected.values())


def check_environment(lock: Pylock, environment: Environment) -> None:
    if lock.requires_python and not environment.admits(str(lock.requires_python)):
        raise bad_lock(f"it is for Python {lock.requires_python}, and {environment.label} gets {environment.python}")
    if lock.environments and not any(holds(marker, lock, environment) for marker in lock.environments):
        raise bad_lock(f"{environment.label} is not among the environments that it is for")


def holds(marker, lock: Pylock, environment: Environment) -> bool:
    values = {**environment.markers, "extras": frozenset(), "dependency_groups": frozenset(lock.default_groups or ())}
    try:
        return marker.evaluate(values, context="lock_file")
    except (UndefinedComparison, UndefinedEnvironmentName) as error:
        raise bad_lock(f"its marker `{marker}` cannot be decided ({error})") from None


def choose_wheel(package: Package, environment: Environment, local: list[dict]) -> File:
    listed: list[PackageWheel | PackageArchive] = [*(package.wheels or ()), *filter(None, [package.archive])]
    fitting = []
    for wheel in listed:
        name = find_wheel_name(file_name(wheel))
        rank = environment.rank(name) if name and name.name == package.name else None
        if rank is not None:
            build = name.build or (-1, "")
            fitting.append((rank, -build[0], [-ord(c) for c in build[1]], file_name(wheel), wheel, name))
    if fitting:
        *_, filename, wheel, name = min(fitting, key=lambda entry: entry[:4])
        return make_file(wheel, filename, name, local)
    source = choose_source(package)
    if source is None:
        raise no_wheel(package, environment)
    return make_file(*source, local, source=True)


def choose_source(package: Package) -> tuple | None:
    """The source archive, where no wheel that the lock names could have been compiled for a platform."""
    if any(not file_name(wheel).endswith("-none-any.whl") for wheel in package.wheels or ()):
        return None
    for one in filter(None, [package.sdist, package.archive]):
        if name := find_source_name(file_name(one), package.name):
            return one, file_name(one), name
    return None


def make_file(listed, filename: str, name, local: list[dict], source: bool = False) -> File:
    sha256 = find_sha256(dict(listed.hashes))
    if not sha256:
        raise bad_lock(f"{filename} has no SHA-256 in it")
    return File(filename, find_url(listed, filename, sha256, local), sha256, listed.size, name, source=source)


def file_name(listed: PackageWheel | PackageSdist | PackageArchive) -> str:
    return url_filename(listed.url or listed.path or "") if isinstance(listed, PackageArchive) else listed.filename


def no_wheel(package: Package, environment: Environment) -> Failure:
    title = f"{package.name} {package.version or ''}".strip()
    names = enumerate_some(wheel.filename for wheel in package.wheels or ())
    have = f"it has {names}" if names else "it has only sources"
    return Failure(
        "resolution/no-wheel", f"The project's pylock.toml has no wheel of {title} for {environment.described}; {have}.",
        f"Leave {environment.label} out, or lock again for it.",
    )


def find_url(wheel: PackageWheel | PackageSdist | PackageArchive, filename: str, sha256: str, local: list[dict]) -> str:
    own = next((one for one in local if one["filename"] == filename and one["sha256"] == sha256), None)
    if own:
        return own["url"]
    if not wheel.url:
        raise bad_lock(f"{filename} is to lie beside it, and is not among the files that came with the project")
    parts = urlsplit(wheel.url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise bad_lock(f"the address of {filename} is not https")
    return wheel.url


def find_askers(package: Package, lock: Pylock) -> list[dict]:
    """Locks seldom say who asks for what; without it the project itself is said to."""
    requirement = f"{package.name}=={package.version}" if package.version else package.name
    askers = sorted({
        other.name for other in lock.packages for one in other.dependencies or ()
        if isinstance(one.get("name"), str) and canonical(one["name"]) == package.name and one.get("version") in (None, str(package.version))
    })
    return [{"name": name, "requirement": requirement} for name in askers or [""]]
