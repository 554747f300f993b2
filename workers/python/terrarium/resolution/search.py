"""One target's resolution: the walk where it suffices, a search with learning where the walk ends in a conflict.

The search decides one identifier after the other, parents before what they ask for. A candidate is taken only if everything
that it needs can still be had. Where nothing can be taken, the reason is a set of earlier decisions, the culprits: the latest
of them is undone and its candidate excluded for as long as the others stand; without any other, for good. So it ends, and what
a thousand versions have in common is learnt from each of them once.

Not resolvelib: it goes round for ever where versions exclude each other in a cycle (`x==1` → `y==1` → `z==1` → `x==2`), copies
its whole state for every pin, and tries hopeless versions of one distribution again for each version of another.
"""
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from packaging.version import Version

from .. import limits
from ..failure import Failure
from .need import Need, make_any, make_same
from .order import make_order
from .session import Missing, want_metadata
from .stock import Candidate, Rejected, Stock
from .walk import walk

MOST_AHEAD = 64
MOST_CAUSES = 60

# Who asks for it: the candidate, or None for the project itself.
Asked = tuple[Need, Candidate | None]


@dataclass(slots=True)
class Solution:
    pins: dict[str, Candidate]
    askers: dict[str, list[Asked]]
    # By name, extras aside.
    versions: dict[str, Version] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """As long as the culprits (identifiers, with the candidates that they have now) stand, it cannot be."""

    culprits: frozenset[str]
    causes: tuple[Asked, ...]


class Impossible(Exception):
    """`causes`: what clashes; `edges`: all that was asked on the way, by identifier."""

    def __init__(self, causes: Iterable[Asked], edges: dict[str, dict[Asked, None]]):
        super().__init__()
        self.causes, self.edges = list(causes), edges


class Deadline:
    def __init__(self, seconds: float | None = None):
        self.end = time.monotonic() + (limits.find("search-seconds") if seconds is None else seconds)

    @property
    def left(self) -> float:
        return self.end - time.monotonic()

    def check(self) -> None:
        if time.monotonic() > self.end:
            raise gave_up("search-seconds", "seconds")


def gave_up(limit: str, unit: str) -> Failure:
    return Failure(
        "resolution/gave-up",
        f"The search for versions that suit everybody was stopped after {limits.find(limit)} {unit}; that does not mean that there are none.",
        "Narrow the versions of some requirements, or bring a lock file (pylock.toml).",
        limits.explain(limit),
    )


def solve(stock: Stock, prefer: dict[str, Version], deadline: Deadline) -> Solution:
    """Raises Missing, Impossible or Failure."""
    ahead = walk(stock, prefer)
    if ahead.stuck:
        check_roots(stock)
    if ahead.wants:
        raise Missing(ahead.wants)
    if not ahead.stuck:
        return trace(stock, ahead.pins)
    return trace(stock, search(stock, stock.roots, prefer, deadline, make_order(ahead.needs, ahead.pins, stock)))


def check_roots(stock: Stock) -> None:
    """What the project itself makes impossible needs no more answers."""
    roots: dict[str, dict[Asked, None]] = {}
    for need in stock.roots:
        roots.setdefault(need.ident, {})[(need, None)] = None
    for ident, asked in roots.items():
        try:
            first = next(stock.candidates(ident, [need for need, _ in asked], {}), None)
        except Missing, Failure:
            continue
        if first is None:
            raise Impossible(asked, roots)


def search(stock: Stock, roots: list[Need], prefer: dict[str, Version], deadline: Deadline, order: dict[str, int] | None = None) -> dict[str, Candidate]:
    # What is excluded for good stays so in later rounds, as long as the roots are the same.
    lasting = stock.excluded if roots is stock.roots else {}
    while True:
        attempt = Search(stock, roots, prefer, deadline, order or {}, lasting)
        try:
            return attempt.run()
        except Rejected:
            continue
        except Missing as missing:
            raise Missing({**missing.wants, **walk(stock, {**prefer, **attempt.trail}).wants}) from None


def trace(stock: Stock, pins: dict[str, Candidate]) -> Solution:
    """Keeps what is reached from the roots, and who reaches it."""
    solution = Solution({}, {})
    queue: deque[Asked] = deque((need, None) for need in stock.roots)
    while queue:
        need, parent = queue.popleft()
        solution.askers.setdefault(need.ident, []).append((need, parent))
        if need.ident not in solution.pins:
            candidate = solution.pins[need.ident] = pins[need.ident]
            solution.versions[candidate.name] = candidate.version
            queue.extend((own, candidate) for own in stock.needs_of(candidate))
    return solution


class Search:
    def __init__(self, stock: Stock, roots: list[Need], prefer, deadline: Deadline, order: dict[str, int], lasting: dict[Candidate, Conflict]):
        self.stock, self.prefer, self.deadline, self.order = stock, prefer, deadline, order
        self.decided: dict[str, Candidate] = {}
        self.levels: dict[str, int] = {}
        # In order of decision; what each level excluded is forgotten when it is undone.
        self.stack: list[str] = []
        self.excluded_at: list[list[Candidate]] = [[]]
        self.lasting = lasting
        self.excluded: dict[Candidate, Conflict] = dict(lasting)
        self.asked: dict[str, list[Asked]] = {}
        self.edges: dict[str, dict[Asked, None]] = {}
        # Versions on the way when the search had to stop: the walk looks ahead from there.
        self.trail: dict[str, Version] = {}
        for need in roots:
            self._ask(need, None)
        self.pending = set(self.asked)

    def run(self) -> dict[str, Candidate]:
        for _ in range(limits.find("search-rounds")):
            self.deadline.check()
            if not self.pending:
                return self.decided
            ident = min(self.pending, key=self._urgency)
            conflict = self._decide(ident)
            if conflict is not None:
                self._go_back(conflict)
        raise gave_up("search-rounds", "rounds")

    def _urgency(self, ident: str):
        # Only the order of asking: nothing that depends on hash seeds or on when an answer came.
        asked = self.asked[ident]
        return not any(need.pinned or need.url for need, _ in asked), self.order.get(ident, len(self.order) + len(self.stack)), ident

    def _ask(self, need: Need, parent: Candidate | None) -> None:
        self.asked.setdefault(need.ident, []).append((need, parent))
        self.edges.setdefault(need.ident, {})[(need, parent)] = None

    def _decide(self, ident: str) -> Conflict | None:
        asked = self._asked(ident)
        for candidate in self.stock.candidates(ident, [need for need, _ in asked], self.prefer):
            if candidate in self.excluded:
                continue
            self.deadline.check()
            conflict = self._check(candidate)
            if conflict is None:
                self._take(ident, candidate)
                return None
            self._exclude(candidate, conflict)
        return self._emptiness(ident, asked)

    def _asked(self, ident: str) -> list[Asked]:
        """For `a[x]` also that it is the `a` that was decided on."""
        asked = self.asked.get(ident, [])
        base = self.decided.get(asked[0][0].name) if asked and asked[0][0].extra else None
        if base is None:
            return asked
        return [*asked, (make_bound(base, asked[0][0]), base)]

    def _check(self, candidate: Candidate) -> Conflict | None:
        """Why the candidate cannot be taken now."""
        if candidate.extra:
            # Before its metadata is looked at: it may be one of thousands, and the wrong one.
            conflict = self._check_need(make_same(candidate), candidate)
            if conflict:
                return conflict
        for need in self._read(candidate):
            conflict = self._check_need(need, candidate)
            if conflict:
                return conflict
        return None

    def _check_need(self, need: Need, candidate: Candidate) -> Conflict | None:
        self.edges.setdefault(need.ident, {})[(need, candidate)] = None
        if need.ident == candidate.ident:
            return None if need.admits(candidate) else Conflict(frozenset(), ((need, candidate),))
        decided = self.decided.get(need.ident)
        if decided is not None:
            if need.admits(decided):
                return None
            return Conflict(frozenset([need.ident]), ((need, candidate), *self.asked[need.ident])[:MOST_CAUSES])
        asked = [*self._asked(need.ident), (need, candidate)]
        for other in self.stock.candidates(need.ident, [one for one, _ in asked], {}):
            if other not in self.excluded:
                return None
        return self._emptiness(need.ident, asked, but=candidate.ident)

    def _emptiness(self, ident: str, asked: list[Asked], but: str = "") -> Conflict:
        """Nothing is left of an identifier: because of those who limit it, and of what excluded the rest."""
        restricting = [(need, parent) for need, parent in asked if need.key]
        # Somebody must be held to need it at all: the earliest, who is the last to be undone.
        first = min(asked, key=lambda one: -1 if one[1] is None else self.levels.get(one[1].ident, len(self.stack) + 1))
        culprits = {parent.ident for _, parent in [first, *restricting] if parent is not None}
        causes = dict.fromkeys([*restricting, first])
        for candidate in self.stock.candidates(ident, [need for need, _ in asked], {}):
            conflict = self.excluded.get(candidate)
            if conflict is not None:
                culprits |= conflict.culprits
                if len(causes) < MOST_CAUSES:
                    causes.update(dict.fromkeys(conflict.causes))
        culprits.discard(but)
        return Conflict(frozenset(culprits), tuple(islice(causes, MOST_CAUSES)))

    def _take(self, ident: str, candidate: Candidate) -> None:
        self.decided[ident] = candidate
        self.stack.append(ident)
        self.levels[ident] = len(self.stack)
        self.excluded_at.append([])
        self.pending.discard(ident)
        for need in self.stock.needs_of(candidate):
            self._ask(need, candidate)
            if need.ident not in self.decided:
                self.pending.add(need.ident)

    def _exclude(self, candidate: Candidate, conflict: Conflict) -> None:
        level = max((self.levels[ident] for ident in conflict.culprits), default=0)
        self.excluded[candidate] = conflict
        self.excluded_at[level].append(candidate)
        if level == 0:
            self.lasting[candidate] = conflict

    def _go_back(self, conflict: Conflict) -> None:
        if not conflict.culprits:
            raise Impossible(conflict.causes, self.edges)
        latest = max(conflict.culprits, key=self.levels.__getitem__)
        candidate = self.decided[latest]
        while latest in self.decided:
            self._undo()
        self._exclude(candidate, Conflict(conflict.culprits - {latest}, conflict.causes))

    def _undo(self) -> None:
        ident = self.stack.pop()
        candidate = self.decided.pop(ident)
        del self.levels[ident]
        for excluded in self.excluded_at.pop():
            self.excluded.pop(excluded, None)
        for need in reversed(self.stock.needs_of(candidate)):
            asked = self.asked[need.ident]
            asked.pop()
            if not asked:
                del self.asked[need.ident]
                self.pending.discard(need.ident)
        if ident in self.asked:
            self.pending.add(ident)

    def _read(self, candidate: Candidate) -> tuple[Need, ...]:
        self.trail[candidate.name] = candidate.version
        try:
            needs = self.stock.needs_of(candidate)
        except Missing as missing:
            self.trail.update((one.name, one.version) for one in self.decided.values())
            raise Missing({**missing.wants, **self._look_ahead(candidate)}) from None
        if wants := self.stock.missing_listings(needs):
            self.trail.update((one.name, one.version) for one in self.decided.values())
            raise Missing(wants)
        return needs

    def _look_ahead(self, candidate: Candidate) -> dict[tuple, dict]:
        """A name whose versions are tried one after the other gets ever more of them at once."""
        stops = self.stock.session.stops
        stops[candidate.name] += 1
        if stops[candidate.name] < 2:
            return {}
        needs = [need for need, parent in self.asked.get(candidate.ident, ()) if parent is None or stops[candidate.name] < 4]
        # Beyond that its parents are being tried too, each with a narrow range of its own.
        others = self.stock.candidates(candidate.ident, needs or [make_any(candidate)], self.prefer)
        older = (one for one in others if one.version < candidate.version and one not in self.excluded and not one.file.source and not self._has(one))
        wants: dict[tuple, dict] = {}
        for other in islice(older, min(2 ** stops[candidate.name], MOST_AHEAD)):
            wants.update(want_metadata(other.file))
        return wants

    def _has(self, candidate: Candidate) -> bool:
        return candidate.file.text is not None or candidate.file.metadata_key in self.stock.session.metadata


def make_bound(base: Candidate, need: Need) -> Need:
    same = make_same(base)
    return Need(
        ident=need.ident, name=need.name, extra=need.extra, spec=same.spec, text=same.text, url=same.url,
        version=same.version, pinned=True, prereleases=True, key=same.key,
    )
