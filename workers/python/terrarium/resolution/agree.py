"""One solution per target → the same versions on all of them wherever that is possible.

Every target is resolved by itself first, so that their order decides nothing. Where they differ, the lower version is tried
on the others; but a version that some target cannot have at all (no wheel, another Python), or that needs such a one, never
pulls the others down.
"""
from packaging.version import Version

from ..failure import Failure
from .gaps import find_obstacle
from .search import Deadline, Impossible, Solution, solve
from .stock import Stock

Solutions = dict[str, Solution]


def differing(solutions: Solutions) -> list[str]:
    versions: dict[str, set[Version]] = {}
    for solution in solutions.values():
        for name, version in solution.versions.items():
            versions.setdefault(name, set()).add(version)
    return sorted(name for name, own in versions.items() if len(own) > 1)


def agree(stocks: dict[str, Stock], solutions: Solutions, deadline: Deadline) -> tuple[Solutions, dict[str, Version]]:
    """Also gives the names for which some target gave way, with the version that it could have had."""
    yielded: dict[str, Version] = {}
    for name in differing(solutions):
        users = versions_of(solutions, name)
        newest = max(users.values(), default=None)
        group = [id for id in users if newest is not None and can_use(stocks[id], name, newest)]
        for version in sorted({users[id] for id in group}, reverse=True):
            if len({users[id] for id in group}) < 2:
                break
            trial = try_version(stocks, solutions, group, name, version, deadline)
            if trial:
                solutions = trial
                if version != newest:
                    yielded[name] = newest
                break
    return solutions, yielded


def versions_of(solutions: Solutions, name: str) -> dict[str, Version]:
    found = {id: solution.versions.get(name) for id, solution in solutions.items()}
    return {id: version for id, version in found.items() if version is not None}


def can_use(stock: Stock, name: str, version: Version) -> bool:
    if any(need.url for need in stock.roots if need.name == name):
        return False
    return not find_obstacle(stock, name, version)


def try_version(stocks, solutions: Solutions, group: list[str], name: str, version: Version, deadline: Deadline) -> Solutions | None:
    trial = dict(solutions)
    for id in group:
        before = solutions[id].versions
        if before[name] == version:
            continue
        try:
            trial[id] = solve(stocks[id], {**before, name: version}, deadline)
        except Impossible, Failure:
            return None
        after = trial[id].versions
        if after.get(name) != version or pulls_down(stocks, group, name, before, after):
            return None
    return trial if len(differing(trial)) < len(differing(solutions)) else None


def pulls_down(stocks, group: list[str], name: str, before: dict[str, Version], after: dict[str, Version]) -> bool:
    """Would another distribution get older only because one target cannot have its newer version?"""
    lowered = [other for other in after if other != name and other in before and after[other] < before[other]]
    return any(not can_use(stocks[id], other, before[other]) for other in lowered for id in group)
