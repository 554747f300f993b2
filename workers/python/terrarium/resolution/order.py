"""Parents before what they ask for: the order in which the search decides, taken from the walk's graph.

Whoever limits a distribution has then been decided before it, and its newest version that suits all is right at once.
"""
from collections import deque

from .need import Need
from .stock import Candidate, Stock


def make_order(needs: dict[str, list[Need]], pins: dict[str, Candidate], stock: Stock) -> dict[str, int]:
    extras: dict[str, list[str]] = {}
    for ident, own in needs.items():
        if own[0].extra:
            extras.setdefault(own[0].name, []).append(ident)
    children = {ident: find_children(ident, pins, stock, extras) for ident in needs}
    waiting: dict[str, int] = dict.fromkeys(needs, 0)
    for ident, own in children.items():
        for child in own:
            waiting[child] += 1
    order: dict[str, int] = {}
    ready = deque(ident for ident in needs if not waiting[ident])
    # A cycle has no beginning: it is entered where the walk entered it.
    rest = iter(needs)
    while len(order) < len(needs):
        ident = ready.popleft() if ready else next(one for one in rest if one not in order)
        if ident in order:
            continue
        order[ident] = len(order)
        for child in children[ident]:
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return order


def find_children(ident: str, pins: dict[str, Candidate], stock: Stock, extras: dict[str, list[str]]) -> list[str]:
    candidate = pins.get(ident)
    own = stock.needs_of(candidate) if candidate is not None else ()
    # `a[x]` asks for `a`, but is decided after it.
    asked = [need.ident for need in own if need.version is None]
    return [child for child in dict.fromkeys([*asked, *extras.get(ident, ())]) if child != ident]
