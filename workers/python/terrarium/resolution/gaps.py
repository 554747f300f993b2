"""Why a version cannot be had for a target, in words: no wheel, only a source archive, another Python, a hash."""
from collections.abc import Iterable
from dataclasses import dataclass

from packaging.version import Version

from ..failure import Failure
from .files import File
from .listing import Listing
from .need import Need
from .session import Refusal
from .stock import Candidate, Rejected, Stock

MOST_NAMED = 8
LARGEST_LOOKED_INTO = 32 * 2**20


@dataclass(slots=True)
class Gap:
    version: Version
    # `wheel`, `source`, `compiler`, `python`, `hash`, `yanked`, `rejected`, `unusable`
    kind: str
    reason: str


def find_gap(stock: Stock, name: str, needs: Iterable[Need]) -> Gap | None:
    """The newest version that suits the needs and still cannot be had; None where one can, or none suits."""
    listing = stock.listing(name)
    if listing is None:
        return None
    limited = [*needs, *stock.limits.get(name, [])]
    suiting = listing.admitted(limited)
    pinned = any(need.pinned for need in limited)
    if not suiting or any(stock.find_file(listing, version, pinned) for version in suiting):
        return None
    finals = [version for version in suiting if not version.is_prerelease]
    return explain_gap(stock, listing, (finals or suiting)[0])


def find_gaps(stocks: dict[str, Stock], solutions: dict) -> list[dict]:
    """What stands in for something that cannot be had, with the reason. Raises Missing."""
    found: dict[tuple[str, str], dict] = {}
    for id, solution in solutions.items():
        for candidate in solution.pins.values():
            if candidate.missing:
                stock = stocks[id]
                gap = explain_gap(stock, stock.listing(candidate.name), candidate.version)
                reason = f"{gap.reason}{tell_source(stock, candidate) if gap.kind == 'wheel' else ''}"
                found[candidate.name, id] = {"name": candidate.name, "version": str(candidate.version), "target": id, "kind": gap.kind, "reason": reason}
    return [found[key] for key in sorted(found)]


def tell_source(stock: Stock, candidate: Candidate) -> str:
    """Whether its source would be of any use: the archive is looked into, unless it is large."""
    for file in stock.listing(candidate.name).sdists(candidate.version)[:1]:
        if file.size is None or file.size <= LARGEST_LOOKED_INTO:
            try:
                metadata = stock.session.metadata_of(file)
            except Failure as failure:
                # What makes it unreadable is worth a word; that it was not to be had, is not.
                return f"; {failure.message.rstrip('.')}" if failure.code.startswith("build/") else ""
            return f"; {metadata.reason}" if isinstance(metadata, Refusal) else ""
    return ""


def find_obstacle(stock: Stock, name: str, version: Version) -> str:
    """Why this very version cannot be used on the target: itself cannot be had, or something that it asks for. Empty where nothing is known to stand in the way.

    Raises Missing.
    """
    listing = stock.listing(name)
    if listing is None:
        return f"no index has {name}"
    file = stock.find_file(listing, version, True)
    if file is None:
        return explain_gap(stock, listing, version).reason
    try:
        needs = stock.needs_of(stock.candidate(name, name, "", version, file))
        gaps = [find_gap(stock, need.name, [need]) for need in needs if not need.url]
    except Rejected:
        return explain_gap(stock, listing, version).reason
    except Failure:
        return ""
    return next((f"{name} {version} needs what cannot be had: {gap.reason}" for gap in gaps if gap), "")


def explain_gap(stock: Stock, listing: Listing, version: Version) -> Gap:
    name, wheels = listing.name, listing.wheels(version)
    wheels += tuple(file for file in listing.sdists(version) if file in listing.buildable(version, False) or file.url in stock.rejected)
    title = f"{name} {version}"
    if not wheels:
        return explain_wheelless(listing, version, title)
    environment = stock.environment
    fitting = [file for file in wheels if environment.rank(file.wheel, file.local) is not None]
    allowed = stock.terms.hashes.get(name)
    admitted = [file for file in wheels if environment.admits(file.requires_python)]
    if not admitted or (fitting and not any(file in fitting for file in admitted)):
        requires = (fitting or wheels)[0].requires_python
        return Gap(version, "python", f"{title} requires Python {requires}, and {environment.label} gets {environment.python}")
    if not fitting:
        have = describe_wheels(stock, wheels)
        return Gap(version, "wheel", f"{title} has no wheel for {environment.described}; {have}")
    admitted = [file for file in admitted if file in fitting]
    if rejected := [stock.rejected[file.url] for file in admitted if file.url in stock.rejected]:
        return Gap(version, "compiler" if admitted[0].source else "rejected", f"{title} cannot be used: {rejected[0]}")
    if allowed is not None and not any(file.sha256 in allowed for file in admitted):
        return Gap(version, "hash", f"no file of {title} for {environment.described} has one of the hashes that are asked for")
    return Gap(version, "yanked", f"{title} was withdrawn by its authors (yanked){quote_reason(admitted[0].yanked)}")


def explain_wheelless(listing: Listing, version: Version, title: str) -> Gap:
    if unusable := listing.unusable(version):
        return Gap(version, "unusable", f"{unusable[0]} is listed without a SHA-256 or at an address that is not fetched from")
    sources = listing.sources(version)
    return Gap(version, "source", f"{title} exists only as a source archive ({', '.join(sources[:2])})")


def quote_reason(yanked: str | None) -> str:
    return f": {yanked.strip()[:200]}" if yanked and yanked.strip() else ""


def describe_wheels(stock: Stock, wheels: Iterable[File]) -> str:
    pairs = {(python, abi) for python, abi, _ in stock.environment.local_tags}
    names = [file.wheel for file in wheels]
    fit_python = [wheel for wheel in names if any((p, a) in pairs for p in wheel.pythons for a in wheel.abis)]
    if fit_python:
        return f"it has wheels for {enumerate_some(wheel.platforms[0] for wheel in fit_python)}"
    return f"its wheels are for {enumerate_some('.'.join(wheel.pythons) + '-' + '.'.join(wheel.abis) for wheel in names)}"


def enumerate_some(names: Iterable[str]) -> str:
    unique = sorted(set(names))
    more = len(unique) - MOST_NAMED
    return ", ".join(unique[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
