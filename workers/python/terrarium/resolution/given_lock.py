"""A lock that came with the project → the `Resolution` that it says, or a failure: it is used as it is."""
from ..locks.choose import Chooser
from ..locks.locked import Locked, Wanted
from ..locks.readers import PYLOCK, make_reader
from ..locks.content_hash import tell_stale
from ..locks.stale import check_fresh
from .environment import Environment
from .files import canonical, find_wheel_name
from .lock import print_lock
from .outcome import make_wheel
from .session import Missing, Session


def resolve_lock(request: dict, session: Session, environments: dict[str, Environment]) -> dict:
    """Raises Missing or Failure."""
    wanted = make_wanted(request)
    selected = select(wanted, environments)
    distributions = make_distributions(wanted, Chooser(wanted, session, request["local"]), selected, environments)
    return {
        "python": next(iter(environments.values())).series if environments else "",
        "targets": list(environments),
        "distributions": distributions,
        "lock": wanted.text if PYLOCK.match(wanted.file) else print_lock(environments, distributions),
        "notices": [
            f"The versions are those of the project's lock file ({wanted.path}).", *tell_stale(wanted, request["lock"].get("pyproject", "")),
            *(["The cut-off date was not applied: the lock says which files are taken."] if request.get("uploadedPriorTo") else []),
            *tell_unused(request["local"], distributions),
        ],
        "gaps": [],
    }


def make_wanted(request: dict) -> Wanted:
    lock = request["lock"]
    return Wanted(
        lock["path"], lock["text"], lock["project"], lock["root"],
        frozenset(map(canonical, lock["extras"])), frozenset(map(canonical, lock["groups"])),
        [(one["requirement"], one["origin"]) for one in request["requirements"]],
    )


def select(wanted: Wanted, environments: dict[str, Environment]) -> dict[str, list[Locked]]:
    reader = make_reader(wanted)
    selected = {id: reader.select(environment) for id, environment in environments.items()}
    for id, packages in selected.items():
        check_fresh(wanted, packages, environments[id])
    return selected


def make_distributions(wanted: Wanted, chooser: Chooser, selected: dict[str, list[Locked]], environments: dict[str, Environment]) -> list[dict]:
    """All that the index must be asked for is asked at once."""
    found: dict[tuple, dict] = {}
    missing: dict[tuple, dict] = {}
    for id, packages in selected.items():
        for package in packages:
            try:
                file = chooser.choose(package, environments[id])
            except Missing as more:
                missing.update(more.wants)
                continue
            version = str(package.version or file.wheel.version)
            entry = found.setdefault((package.name, version), {"name": package.name, "version": version, "wheels": {}, "requiredBy": []})
            entry["wheels"][id] = make_wheel(file)
    if missing:
        raise Missing(missing)
    for (name, _), entry in found.items():
        entry["requiredBy"] = find_askers(wanted, name, entry["version"], selected)
    return [found[key] for key in sorted(found)]


def find_askers(wanted: Wanted, name: str, version: str, selected: dict[str, list[Locked]]) -> list[dict]:
    """Locks seldom say who asks for what; without it the project itself is said to."""
    own = [{"name": "", "requirement": text} for text, _ in wanted.requirements if canonical(wanted.parse_requirement(text).name) == name]
    others = sorted({package.name for packages in selected.values() for package in packages if name in package.asks and package.name != name})
    return [*own, *({"name": other, "requirement": f"{name}=={version}"} for other in others)] or [{"name": "", "requirement": f"{name}=={version}"}]


def tell_unused(local: list[dict], distributions: list[dict]) -> list[str]:
    """The lock is honoured exactly, dropped wheels notwithstanding."""
    used = {wheel["sha256"] for entry in distributions for wheel in entry["wheels"].values()}
    names = {entry["name"] for entry in distributions}
    return [
        f"{one['filename']} came with the project and is not used: the lock names another file."
        for one in local if one["url"].startswith("dropped:") and one["sha256"] not in used and (name := find_wheel_name(one["filename"])) and name.name in names
    ]
