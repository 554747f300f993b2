"""A search that found nothing → the failure, in terms of what the user wrote: who wants what, through whom."""
import time
from collections import deque
from dataclasses import dataclass

from packaging.version import Version

from ..failure import Failure
from ..instant import print_instant
from .gaps import Gap, enumerate_some, find_gap
from .need import Need
from .search import Deadline, Impossible, search
from .session import Missing
from .stock import Candidate, Stock

CORE_SECONDS = 2.0
MOST_ROOTS = 60
MOST_NOTES = 12


class GapFailure(Failure):
    """Something is not to be had for the target: other versions, another Python or another distribution may help."""


@dataclass(slots=True)
class Asker:
    """One requirement, by everything that asks for it in the same words."""

    need: Need
    parents: list[Candidate]

    def __str__(self) -> str:
        if not self.parents:
            return f"{self.need.origin or 'the project'} requires `{self.need.text}`"
        return f"{self.who} requires `{self.need.text}`"

    @property
    def who(self) -> str:
        versions = sorted({parent.version for parent in self.parents})
        name = self.parents[0].ident
        return f"{name} {versions[0]}" if len(versions) == 1 else f"{name} {versions[0]} to {versions[-1]}"


def explain(stock: Stock, impossible: Impossible) -> Failure:
    core = find_core(stock, impossible)
    names = list(dict.fromkeys(need.name for need, _ in core.causes))
    for name in names:
        if failure := explain_unknown(stock, name, core) or explain_missing_wheel(stock, name, core):
            return failure
    return explain_conflict(stock, names, core)


def find_core(stock: Stock, impossible: Impossible) -> Impossible:
    """Leaves out what the project requires, one by one, as long as it stays impossible: what is left is the reason."""
    roots = list(dict.fromkeys((need.text, need.origin) for need in stock.roots))
    end = time.monotonic() + CORE_SECONDS
    for root in roots if len(roots) <= MOST_ROOTS else []:
        rest = [need for need in stock.roots if (need.text, need.origin) in roots and (need.text, need.origin) != root]
        seconds = end - time.monotonic()
        if not rest or seconds <= 0:
            continue
        try:
            search(stock, rest, {}, Deadline(seconds))
        except Impossible as smaller:
            impossible = smaller
            roots = [other for other in roots if other != root]
        except (Missing, Failure):
            continue
    return impossible


def askers_of(core: Impossible, name: str) -> list[Asker]:
    askers: dict[tuple, Asker] = {}
    for cause in core.causes:
        need, parent = cause
        # An extra that asks for its own distribution tells nobody anything.
        if need.name == name and need.version is None:
            asker = askers.setdefault((need.text, need.origin, parent and parent.ident), Asker(need, []))
            if parent is not None and parent not in asker.parents:
                asker.parents.append(parent)
    return list(askers.values())


def explain_unknown(stock: Stock, name: str, core: Impossible) -> Failure | None:
    askers = [asker for asker in askers_of(core, name) if not asker.need.url]
    if not askers:
        return None
    listing = stock.listing(name)
    if listing is None:
        return Failure(
            "resolution/unknown-name", f"Looking for {name}, which {askers[0]}: no index has a distribution of that name.",
            *tell_all(askers, core), "Check the spelling, or drop a wheel of it beside the project.",
        )
    if not listing.versions and listing.later:
        return Failure(
            "resolution/conflict", f"Looking for {name}, which {askers[0]}: all files of it were uploaded on the cut-off date or later.",
            *tell_all(askers, core), *tell_later(stock, [name]),
        )
    if listing.status == "quarantined":
        return Failure(
            "resolution/unknown-name", f"Looking for {name}, which {askers[0]}: the index has put it under quarantine.",
            *tell_all(askers, core),
        )
    return None


def explain_missing_wheel(stock: Stock, name: str, core: Impossible) -> Failure | None:
    askers = askers_of(core, name)
    indexed = [asker for asker in askers if not asker.need.url]
    if direct := [asker for asker in askers if asker.need.url and stock_refuses(stock, asker.need)]:
        return Failure(
            "resolution/no-wheel", f"The wheel of {direct[0].need.url} does not fit {stock.environment.described}, or is not as required.",
            *tell_all(direct, core),
        )
    groups = [indexed, *([asker] for asker in indexed)] if indexed and len(indexed) == len(askers) else []
    for group in groups:
        gap = find_gap(stock, name, [asker.need for asker in group])
        if gap:
            return make_gap_failure(stock, gap, group, core)
    return None


def stock_refuses(stock: Stock, need: Need) -> bool:
    return next(stock.candidates(need.ident, [need], {}), None) is None


def make_gap_failure(stock: Stock, gap: Gap, askers: list[Asker], core: Impossible) -> Failure:
    others = {
        "source": "Drop a wheel of it beside the project.",
        "compiler": "There is no compiler here: build a wheel of it elsewhere and drop it beside the project, or choose another version or another Python.",
        "wheel": f"Leave {stock.environment.label} out, choose another Python or another version, or drop a wheel of it beside the project.",
        "python": "Choose another Python or another version.",
    }
    code = "resolution/conflict" if gap.kind == "python" else "resolution/no-wheel"
    notes = [*tell_all(askers, core), *tell_older(stock, gap, askers), *tell_later(stock, [askers[0].need.name])]
    advice = others.get(gap.kind)
    return GapFailure(code, f"Looking for wheels: {gap.reason}.", *notes, *([advice] if advice else []))


def tell_older(stock: Stock, gap: Gap, askers: list[Asker]) -> list[str]:
    """The newest version that could be had if nobody asked for a newer one."""
    name = askers[0].need.name
    listing = stock.listing(name)
    older = (version for version in listing.versions if version < gap.version and not version.is_prerelease)
    for version in older:
        file = stock.find_file(listing, version, False)
        if file and not file.source:
            return [f"{name} {version} has one for {stock.environment.label}, but is not what is asked for."]
    return []


def explain_conflict(stock: Stock, names: list[str], core: Impossible) -> Failure:
    groups = sorted(((askers_of(core, name), name) for name in names), key=lambda group: -len(group[0]))
    askers, name = next(group for group in groups if group[0] or group is groups[-1])
    everyone = [asker for own, _ in groups for asker in own]
    limits = [f"A constraint says `{need.text}`." for need in stock.limits.get(name, [])]
    message = f"No version of {name} suits everybody on {stock.environment.label}: {join(askers)}"
    if len(askers) <= 1:
        message = f"No version of {name} will do on {stock.environment.label}: {join(askers)}{tell_newest(stock, name)}"
    advice = "Change one of these, so that one version suits all of them." if len(everyone) + len(limits) > 1 else "Ask for a version that is there."
    return Failure("resolution/conflict", f"{message}.", *tell_all(everyone, core), *limits, *tell_later(stock, names), advice)


def tell_later(stock: Stock, names: list[str]) -> list[str]:
    """What the cut-off date hides may be what somebody asks for."""
    hidden = [(name, listing.later) for name in names if (listing := stock.listing(name)) and listing.later]
    return [f"{name} {enumerate_some(map(str, later))} {'was' if len(later) == 1 else 'were'} uploaded on {print_instant(stock.terms.prior_to)} or later (--uploaded-prior-to)." for name, later in hidden]


def join(askers: list[Asker]) -> str:
    # Those whom the project asks itself come first: that is where it can be changed.
    ordered = sorted(askers, key=lambda asker: bool(asker.parents))
    words = [str(asker) for asker in ordered[:3]]
    return ", but ".join([words[0], " and ".join(words[1:])]) if len(words) > 1 else "".join(words)


def tell_newest(stock: Stock, name: str) -> str:
    listing = stock.listing(name)
    if listing is None or not listing.versions:
        return ", and the index has no version"
    finals: list[Version] = [version for version in listing.versions if not version.is_prerelease]
    return f", and the newest is {(finals or listing.versions)[0]}"


def tell_all(askers: list[Asker], core: Impossible) -> list[str]:
    told = list(dict.fromkeys(tell_chain(asker, core) for asker in askers))
    # The beginning of a chain that is told anyway.
    told = [line for line in told if not any(other.startswith(f"{line} → ") for other in told)]
    more = len(told) - MOST_NOTES
    return told[:MOST_NOTES] + ([f"… and {more} more."] if more > 0 else [])


def tell_chain(asker: Asker, core: Impossible) -> str:
    """`pyproject.toml:7 requires `x` → x 1.0 requires `y` → …`"""
    steps = [str(asker)]
    if asker.parents:
        steps = [*find_chain(asker.parents[-1], core), str(asker)]
    return " → ".join(steps)


def find_chain(candidate: Candidate, core: Impossible) -> list[str]:
    """The shortest way from the project to it, over what was asked during the search."""
    queue: deque[tuple[Candidate, tuple[str, ...]]] = deque([(candidate, ())])
    seen = {candidate.ident}
    while queue:
        reached, steps = queue.popleft()
        asked = [edge for edge in core.edges.get(reached.ident, ()) if edge[0].admits(reached)]
        for need, parent in asked:
            if parent is None:
                return [str(Asker(need, [])), *steps]
        for need, parent in asked:
            if parent.ident not in seen:
                seen.add(parent.ident)
                queue.append((parent, (str(Asker(need, [parent])), *steps)))
    return []
