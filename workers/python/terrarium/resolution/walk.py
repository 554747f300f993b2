"""Straight ahead: the newest candidate of every name reached, over and over until nothing changes.

Where nothing stands in the way, that is the resolution, in time linear in its size and without recursion. And it looks
ahead: it goes on past what is not there yet, so that all that is missing is wanted at once.
"""
from collections import deque
from dataclasses import dataclass

from packaging.version import Version

from ..failure import Failure
from .need import Need
from .session import Missing
from .stock import Candidate, Rejected, Stock

MOST_PASSES = 40


@dataclass(slots=True)
class Walk:
    pins: dict[str, Candidate]
    needs: dict[str, list[Need]]
    wants: dict[tuple, dict]
    # Some name has no candidate, or the choices never came to rest: the search must decide.
    stuck: bool


def walk(stock: Stock, prefer: dict[str, Version]) -> Walk:
    settled: dict[str, list[Need]] = {}
    for _ in range(MOST_PASSES):
        result = walk_once(stock, prefer, settled)
        if result.needs == settled:
            return result
        settled = result.needs
    result.stuck = True
    return result


def walk_once(stock: Stock, prefer: dict[str, Version], settled: dict[str, list[Need]]) -> Walk:
    """`settled`: the needs that the pass before found; with them a choice is right at first sight."""
    result = Walk({}, {}, {}, False)
    queue: deque[str] = deque()
    meet(stock.roots, result.needs, queue)
    while queue:
        ident = queue.popleft()
        needs = with_base(ident, settled, settled.get(ident) or result.needs[ident])
        meet(choose(stock, prefer, ident, needs, result), result.needs, queue)
    return result


def meet(needs, known: dict[str, list[Need]], queue: deque[str]) -> None:
    for need in needs:
        if need.ident not in known:
            known[need.ident] = [need]
            queue.append(need.ident)
        elif need not in known[need.ident]:
            known[need.ident].append(need)


def with_base(ident: str, settled: dict[str, list[Need]], needs: list[Need]) -> list[Need]:
    """What is asked of `a` limits `a[x]` too; less what its extras ask of it, which would hold on to their first choice."""
    name = needs[0].name
    if name == ident:
        return needs
    return needs + [need for need in settled.get(name, ()) if need.version is None]


def choose(stock: Stock, prefer, ident: str, needs: list[Need], result: Walk) -> tuple[Need, ...]:
    """Pins a candidate and returns what it needs, as far as that is known."""
    try:
        while (candidate := next(stock.candidates(ident, needs, prefer), None)) is not None:
            result.pins[ident] = candidate
            try:
                return stock.needs_of(candidate)
            except Rejected:
                del result.pins[ident]
        result.stuck = True
    except Missing as missing:
        result.wants.update(missing.wants)
    except Failure:
        # Perhaps only on a side path; the search raises it if it is in the way.
        result.stuck = True
    return ()
