"""What people should know of a resolution: versions that differ between targets, yanked ones, pre-releases, versions passed over."""
from collections.abc import Iterator

from packaging.version import Version

from ..instant import print_instant
from .agree import Solutions, differing, versions_of
from .gaps import enumerate_some, explain_gap, find_obstacle, quote_reason
from .stock import Candidate, Stock
from .terms import Terms


def make_notices(stocks: dict[str, Stock], solutions: Solutions, yielded: dict[str, Version]) -> list[str]:
    differ = differing(solutions)
    names = sorted({name for solution in solutions.values() for name in solution.versions})
    notices: list[str] = []
    for name in names:
        users = versions_of(solutions, name)
        if name in differ:
            notices.append(tell_difference(stocks, name, users))
        elif name in yielded:
            notices.append(f"{name} {min(users.values())} everywhere, so that all targets agree; some of them could have {yielded[name]}.")
        else:
            notices.extend(tell_passed_over(stocks, solutions, name, users))
        notices.extend(tell_standing(stocks, solutions, name))
        notices.extend(tell_status(stocks, solutions, name))
    return notices + sorted(tell_unknown_extras(stocks, solutions))


def tell_cut_off(terms: Terms) -> list[str]:
    return [f"Files that were uploaded on {print_instant(terms.prior_to)} or later were left out, as was asked."] if terms.prior_to else []


def tell_difference(stocks: dict[str, Stock], name: str, users: dict[str, Version]) -> str:
    newest = max(users.values())
    lower = sorted({version for version in users.values() if version != newest}, reverse=True)
    parts = [f"{version} for {labels(stocks, users, version)}" for version in lower]
    reasons = [find_obstacle(stocks[id], name, newest) for id, version in users.items() if version != newest]
    reason = next(filter(None, reasons), "what else is required there excludes it")
    return f"{name} {', '.join(parts)}, {newest} elsewhere: {reason}."


def labels(stocks: dict[str, Stock], users: dict[str, Version], version: Version) -> str:
    return " and ".join(stocks[id].environment.label for id, own in users.items() if own == version)


def tell_passed_over(stocks, solutions: Solutions, name: str, users: dict[str, Version]) -> Iterator[str]:
    """Newer versions that everybody would take, but that have no wheel, or whose metadata is of no use."""
    told: dict[str, list[str]] = {}
    for id, version in users.items():
        reason = find_passed_over(stocks[id], solutions[id], name, version)
        if reason:
            told.setdefault(reason, []).append(stocks[id].environment.label)
    for reason in list(told)[:1]:
        yield f"{name} {min(users.values())} and nothing newer: {reason}."


def find_passed_over(stock: Stock, solution, name: str, version: Version) -> str:
    candidate = solution.pins.get(name)
    if candidate is None or candidate.direct:
        return ""
    listing = stock.listing(name)
    needs = [need for need, _ in solution.askers[name] if need.version is None] + stock.limits.get(name, [])
    for newer in listing.versions:
        if newer <= version:
            break
        if newer.is_prerelease or not all(need.admits_version(newer) for need in needs) or stock.find_file(listing, newer, False):
            continue
        gap = explain_gap(stock, listing, newer)
        # A newer version for another Python is everyday's business, and so is one that its authors withdrew.
        if gap.kind not in ("python", "yanked"):
            return gap.reason
    return ""


def tell_standing(stocks: dict[str, Stock], solutions: Solutions, name: str) -> Iterator[str]:
    candidates = [solution.pins[name] for solution in solutions.values() if name in solution.pins]
    seen: dict[Version, Candidate] = {}
    for candidate in candidates:
        if candidate.file.yanked is not None or candidate.version not in seen:
            seen[candidate.version] = candidate
    for version, candidate in sorted(seen.items()):
        if candidate.file.yanked is not None:
            yield f"{name} {version} was withdrawn by its authors (yanked){quote_reason(candidate.file.yanked)}; it is taken because it is pinned."
        if candidate.file.source and not candidate.missing:
            yield f"{name} {version} is built here from its source archive {candidate.file.filename}: there is no wheel of it that could be taken."
        if version.is_prerelease:
            yield f"{name} {version} is a pre-release."
        if (listing := stocks[next(iter(stocks))].terms.local.get(name)) and candidate.file.local and len(listing.versions) > 1:
            yield f"{name} {version} is taken from the wheels that came with the project ({enumerate_some(map(str, listing.versions))})."


def tell_status(stocks: dict[str, Stock], solutions: Solutions, name: str) -> Iterator[str]:
    """PEP 792; what is under quarantine never comes as far as this."""
    if any(name in solution.pins and not solution.pins[name].direct for solution in solutions.values()):
        listing = next(iter(stocks.values())).listing(name)
        if listing and listing.status in ("archived", "deprecated"):
            yield f"{name} is marked as {listing.status} on the index."


def tell_unknown_extras(stocks: dict[str, Stock], solutions: Solutions) -> set[str]:
    told = set()
    for id, solution in solutions.items():
        for candidate in solution.pins.values():
            if candidate.extra and len(stocks[id].needs_of(candidate)) == 1:
                metadata = stocks[id].session.metadata_of(candidate.file)
                if candidate.extra not in metadata.extras:
                    told.add(f"{candidate.name} {candidate.version} has no extra named {candidate.extra}; it adds nothing.")
    return told
