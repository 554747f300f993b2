"""A gap → what would close it: another Python, another version, a distribution that does the same, the target left out.

Only what is known to be there is offered, and another version only where the target resolves with it.
"""
from collections.abc import Iterator
from itertools import islice

from packaging.version import Version

from ..failure import Failure
from .environment import Environment
from .files import File, find_version
from .listing import Listing
from .lock import make_marker
from .session import Missing
from .stock import Stock
from .substitutes import SUBSTITUTES
from .trial import Trials

# Of the older versions with a wheel, how many are tried out before none is offered.
_MOST_TRIED = 3


def add_fixes(stocks: dict[str, Stock], gaps: list[dict], alternatives: dict[str, list[Environment]], trials: Trials) -> list[dict]:
    """Raises Missing."""
    spoilt = {gap["target"] for gap in gaps}
    found = [{**gap, "fixes": [*find_fixes(stocks, gap, alternatives, spoilt, trials)]} for gap in gaps]
    if trials.wants:
        raise Missing(trials.wants)
    return found


def find_fixes(stocks: dict[str, Stock], gap: dict, alternatives: dict[str, list[Environment]], spoilt: set[str], trials: Trials) -> Iterator[dict]:
    stock = stocks[gap["target"]]
    environment, listing, version = stock.environment, stock.listing(gap["name"]), find_version(gap["version"])
    yield from find_pythons(listing, version, alternatives[environment.id])
    yield from find_versions(stocks, stock, listing, version, trials)
    yield from find_substitute(stock, listing.name)
    if len(spoilt) < len(stocks):
        yield {"kind": "leave-out", "target": environment.id, "label": f"Leave {environment.label} out"}


def find_pythons(listing: Listing, version: Version, alternatives: list[Environment]) -> Iterator[dict]:
    for environment in alternatives:
        if any(fits(file, environment) for file in listing.wheels(version)):
            yield {"kind": "python", "series": environment.series, "label": f"Use Python {environment.series}: {listing.name} {version} has a wheel for it"}


def fits(file: File, environment: Environment) -> bool:
    return environment.admits(file.requires_python) and environment.rank(file.wheel) is not None


def find_versions(stocks: dict[str, Stock], stock: Stock, listing: Listing, version: Version, trials: Trials) -> Iterator[dict]:
    """The nearest older version and the newest one that have a wheel and do, whoever asks for something else."""
    none_there = not any(has_wheel(own, listing, version) for own in stocks.values())
    there = [other for other in listing.versions if not other.is_prerelease and has_wheel(stock, listing, other)]
    older = [other for other in there if other < version][:_MOST_TRIED]
    newest = [other for other in there if other > version][:1]
    for choice in (older, newest):
        fixes = (make_version_fix(stocks, stock, listing, other, none_there) for other in choice)
        yield from [*islice((fix for fix in fixes if trials.helps(listing.name, stock, fix["override"])), 1)]


def make_version_fix(stocks: dict[str, Stock], stock: Stock, listing: Listing, other: Version, none_there: bool) -> dict:
    # Where no target has the one and all have the other, one override does for all of them.
    everywhere = none_there and all(has_wheel(own, listing, other) for own in stocks.values())
    override = f"{listing.name}=={other}" + ("" if everywhere else f"; {make_marker(stock.environment, False)}")
    where = "" if everywhere else f" for {stock.environment.label}"
    return {"kind": "version", "override": override, "label": f"Take {listing.name} {other}{where}, whatever is asked for: it has a wheel"}


def has_wheel(stock: Stock, listing: Listing, version: Version) -> bool:
    file = stock.find_file(listing, version, False)
    return file is not None and not file.source


def find_substitute(stock: Stock, name: str) -> Iterator[dict]:
    if name not in SUBSTITUTES:
        return
    other, why = SUBSTITUTES[name]
    try:
        listing = stock.listing(other)
    except Failure:
        return
    if listing and any(has_wheel(stock, listing, version) for version in listing.versions):
        yield {"kind": "substitute", "name": name, "other": other, "label": f"Take {other} in place of {name}: {why}"}
