"""Packages and what each asks for → those that some requirements reach on one target."""
from dataclasses import dataclass, field

from packaging.requirements import Requirement

from ..resolution.environment import Environment
from ..resolution.files import canonical, find_version
from .locked import Locked, Wanted
from .marker import holds


@dataclass(slots=True)
class Node:
    locked: Locked
    #: PEP 508 strings; those of extras apart.
    requires: list[str] = field(default_factory=list)
    extras: dict[str, list[str]] = field(default_factory=dict)


def reach(nodes: list[Node], wanted: Wanted, environment: Environment, roots: list[str]) -> list[Locked]:
    by_name: dict[str, list[Node]] = {}
    for node in nodes:
        by_name.setdefault(node.locked.name, []).append(node)
    chosen: dict[str, Node] = {}
    seen: set[tuple[str, str]] = set()
    queue = [(text, wanted.extras) for text in roots]
    for text, extras in queue:
        requirement = wanted.parse_requirement(text)
        if requirement.marker and not holds(str(requirement.marker), wanted, environment, extras):
            continue
        node = find(by_name, chosen, requirement, wanted, environment)
        for extra in ["", *map(canonical, sorted(requirement.extras))]:
            if (node.locked.name, extra) not in seen:
                seen.add((node.locked.name, extra))
                queue += [(inner, frozenset({extra}) if extra else frozenset()) for inner in (node.extras.get(extra, []) if extra else node.requires)]
    return [chosen[name].locked for name in sorted(chosen)]


def find(by_name: dict[str, list[Node]], chosen: dict[str, Node], requirement: Requirement, wanted: Wanted, environment: Environment) -> Node:
    name = canonical(requirement.name)
    known = chosen.get(name)
    fitting = [known] if known else [node for node in by_name.get(name, ()) if suits(node, requirement, environment)]
    if not fitting:
        raise stale(wanted, requirement, by_name.get(name, []))
    if len(fitting) > 1:
        raise wanted.bad(f"{name} stands in it {len(fitting)} times for {environment.label}; it does not say which is meant")
    chosen[name] = fitting[0]
    return fitting[0]


def suits(node: Node, requirement: Requirement, environment: Environment) -> bool:
    version = find_version(node.locked.version)
    fits = version is None or bool(requirement.url) or requirement.specifier.contains(version, prereleases=True)
    return fits and (not node.locked.requires_python or environment.admits(node.locked.requires_python))


def stale(wanted: Wanted, requirement: Requirement, nodes: list[Node]):
    have = " and ".join(sorted({node.locked.version for node in nodes}))
    return wanted.bad(f"`{str(requirement)[:200]}` is required, and it has {f'{requirement.name} {have}' if have else f'no {requirement.name}'}")
