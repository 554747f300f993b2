"""One target's resolution: the walk where it suffices, resolvelib's search with backtracking where it ends in a conflict."""
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from packaging.version import Version
from resolvelib import AbstractProvider, BaseReporter, ResolutionImpossible, ResolutionTooDeep
from resolvelib.resolvers import Resolution
from resolvelib.structs import RequirementInformation

from ..failure import Failure
from .need import Need, make_any
from .session import Missing, want_metadata
from .stock import Candidate, Rejected, Stock
from .walk import walk

MOST_SECONDS = 20.0
MOST_ROUNDS = 100_000
MOST_AHEAD = 64


@dataclass(slots=True)
class Solution:
    pins: dict[str, Candidate]
    # Who asks for it; None is the project itself.
    askers: dict[str, list[tuple[Need, Candidate | None]]]

    def versions(self) -> dict[str, Version]:
        return {candidate.name: candidate.version for candidate in self.pins.values()}


class Impossible(Exception):
    """`causes`: requirement and parent pairs that clash; `edges`: all that was asked on the way, by identifier."""

    def __init__(self, causes: list, edges: dict):
        super().__init__()
        self.causes, self.edges = causes, edges


class Dead:
    """Candidates that what the project itself requires rules out for good, each with the need that cannot be met.

    resolvelib learns nothing from a conflict but where to go back to; without this, a thousand versions of one distribution
    that all ask for the same impossible thing are tried in every combination with those of another.
    """

    def __init__(self, stock: Stock, roots: list[Need]):
        self.stock, self.reasons = stock, {}
        self._roots: dict[str, list[Need]] = {}
        for need in roots:
            self._roots.setdefault(need.name, []).append(need)

    def roots_of(self, name: str) -> list[Need]:
        return self._roots.get(name, [])

    def living(self, ident: str, needs: list[Need], prefer: dict[str, Version]) -> Iterator[Candidate]:
        return (candidate for candidate in self.stock.candidates(ident, needs, prefer) if candidate not in self.reasons)

    def judge(self, candidate: Candidate, needs: tuple[Need, ...]) -> None:
        if candidate in self.reasons:
            return
        for need in needs:
            roots = self.roots_of(need.name)
            if (roots or not need.version) and next(self.living(need.ident, [need, *roots], {}), None) is None:
                self.reasons[candidate] = need
                return


class Deadline:
    def __init__(self, seconds: float = MOST_SECONDS):
        self.end = time.monotonic() + seconds

    def check(self) -> None:
        if time.monotonic() > self.end:
            raise gave_up(f"{MOST_SECONDS:.0f} seconds")


def gave_up(limit: str) -> Failure:
    return Failure(
        "resolution/gave-up",
        f"The search for versions that suit everybody was stopped after {limit}; that does not mean that there are none.",
        "Narrow the versions of some requirements, or bring a lock file (pylock.toml).",
    )


def solve(stock: Stock, prefer: dict[str, Version], deadline: Deadline) -> Solution:
    """Raises Missing, Impossible or Failure."""
    ahead = walk(stock, prefer)
    if ahead.wants:
        raise Missing(ahead.wants)
    return trace(stock, search(stock, stock.roots, prefer, deadline) if ahead.stuck else ahead.pins)


def find_dead(stock: Stock, roots: list[Need]) -> Dead:
    """Kept between rounds as long as the question is the same."""
    if roots is not stock.roots:
        return Dead(stock, roots)
    if stock.dead is None:
        stock.dead = Dead(stock, roots)
    return stock.dead


def search(stock: Stock, roots: list[Need], prefer: dict[str, Version], deadline: Deadline) -> dict[str, Candidate]:
    dead = find_dead(stock, roots)
    while True:
        provider = Provider(stock, dead, prefer, deadline)
        try:
            return Resolution(provider, Recorder(provider)).resolve(roots, MOST_ROUNDS).mapping
        except Rejected:
            continue
        except Missing as missing:
            raise Missing({**missing.wants, **walk(stock, {**prefer, **provider.trail}).wants}) from None
        except ResolutionImpossible as impossible:
            raise Impossible(add_reasons(dead, impossible.causes, provider.edges), provider.edges) from None
        except ResolutionTooDeep:
            raise gave_up(f"{MOST_ROUNDS} rounds") from None


def add_reasons(dead: Dead, causes: list, edges: dict) -> list:
    """Where all that would suit is dead, the reason is what killed the newest: its need, and the root that forbids it."""
    causes, seen = [*causes], set()
    for cause in causes:
        ident = cause.requirement.ident
        candidate = next((c for c in dead.stock.candidates(ident, [cause.requirement], {}) if c in dead.reasons), None)
        if candidate is None or candidate in seen:
            continue
        seen.add(candidate)
        need = dead.reasons[candidate]
        edges.setdefault(need.ident, {})[(need, candidate)] = None
        edges.setdefault(ident, {})[(cause.requirement, cause.parent)] = None
        roots = [RequirementInformation(root, None) for root in dead.roots_of(need.name)]
        causes += [RequirementInformation(need, candidate), *roots]
    return causes


def trace(stock: Stock, pins: dict[str, Candidate]) -> Solution:
    """Keeps what is reached from the roots, and who reaches it."""
    solution = Solution({}, {})
    queue: deque[tuple[Need, Candidate | None]] = deque((need, None) for need in stock.roots)
    while queue:
        need, parent = queue.popleft()
        solution.askers.setdefault(need.ident, []).append((need, parent))
        if need.ident not in solution.pins:
            candidate = solution.pins[need.ident] = pins[need.ident]
            queue.extend((own, candidate) for own in stock.needs_of(candidate))
    return solution


class Provider(AbstractProvider):
    def __init__(self, stock: Stock, dead: Dead, prefer: dict[str, Version], deadline: Deadline):
        self.stock, self.dead, self.prefer, self.deadline = stock, dead, prefer, deadline
        # Versions on the way when the search had to stop: the walk looks ahead from there.
        self.trail: dict[str, Version] = {}
        self.edges: dict[str, dict[tuple[Need, Candidate | None], None]] = {}
        self._asked: dict[str, list[Need]] = {}

    def identify(self, requirement_or_candidate) -> str:
        return requirement_or_candidate.ident

    def find_matches(self, identifier, requirements, incompatibilities):
        self.deadline.check()
        needs = self._asked[identifier] = [*requirements[identifier]]
        name = needs[0].name
        if needs[0].extra and name in requirements:
            # What is asked of `a` limits `a[x]` as well; found out now it costs no backtracking.
            needs = [*needs, *requirements[name]]
        bad = {*incompatibilities[identifier]}
        return lambda: (c for c in self.dead.living(identifier, needs, self.prefer) if c not in bad)

    def is_satisfied_by(self, requirement, candidate) -> bool:
        return requirement.admits(candidate)

    def get_dependencies(self, candidate):
        self.deadline.check()
        self.trail[candidate.name] = candidate.version
        try:
            needs = self.stock.needs_of(candidate)
        except Missing as missing:
            raise Missing({**missing.wants, **self._ahead(candidate)}) from None
        if wants := self.stock.missing_listings(needs):
            raise Missing(wants)
        self.dead.judge(candidate, needs)
        return needs

    def _ahead(self, candidate: Candidate) -> dict[tuple, dict]:
        """A name whose versions are tried one after the other gets ever more of them at once."""
        stops = self.stock.session.stops
        stops[candidate.name] += 1
        needs = self._asked.get(candidate.ident)
        if not needs or stops[candidate.name] < 2:
            return {}
        if stops[candidate.name] > 3:
            # Its parents are being tried too, each with a narrow range of its own.
            needs = self.dead.roots_of(candidate.name) or [make_any(candidate)]
        others = self.dead.living(candidate.ident, needs, self.prefer)
        older = (other for other in others if other.version < candidate.version)
        wants: dict[tuple, dict] = {}
        for other in islice(older, min(2 ** stops[candidate.name], MOST_AHEAD)):
            if other.file.metadata_key not in self.stock.session.metadata and other.file.text is None:
                wants.update(want_metadata(other.file))
        return wants

    def narrow_requirement_selection(self, identifiers, resolutions, candidates, information, backtrack_causes):
        if not backtrack_causes:
            return identifiers
        causes = {cause.requirement.ident for cause in backtrack_causes}
        causes |= {cause.parent.ident for cause in backtrack_causes if cause.parent is not None}
        return [identifier for identifier in identifiers if identifier in causes] or identifiers

    def get_preference(self, identifier, resolutions, candidates, information, backtrack_causes):
        asked = [*information[identifier]]
        needs = [one.requirement for one in asked]
        return (
            not any(need.url for need in needs),
            not any(need.pinned for need in needs),
            not any(is_bounded(need) for need in needs),
            not any(one.parent is None for one in asked),
            not any(need.key for need in needs),
            identifier,
        )


def is_bounded(need: Need) -> bool:
    return any(one.operator in ("<", "<=", "~=", "==") for one in need.spec)


class Recorder(BaseReporter):
    def __init__(self, provider: Provider):
        self.provider = provider

    def adding_requirement(self, requirement, parent):
        self.provider.edges.setdefault(requirement.ident, {})[(requirement, parent)] = None

    def rejecting_candidate(self, criterion, candidate):
        self.provider.deadline.check()

    def starting_round(self, index):
        self.provider.deadline.check()
