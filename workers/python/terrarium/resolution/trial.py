"""Would an override really close a gap? The target is resolved once more with it, from the answers that are on hand."""
from ..failure import Failure
from .files import canonical
from .need import find_requirement
from .search import Deadline, Impossible, Solution, solve
from .session import Missing, Session
from .stock import Stock
from .terms import Terms


class Trials:
    """Of one round: `wants` is what it lacks to say for sure. `known` outlives the round."""

    def __init__(self, session: Session, request: dict, solutions: dict[str, Solution], deadline: Deadline, known: dict[tuple[str, str], bool]):
        self.session, self.request, self.solutions, self.deadline, self.known = session, request, solutions, deadline, known
        self.wants: dict[tuple, dict] = {}

    def helps(self, name: str, stock: Stock, override: str) -> bool:
        key = (stock.environment.id, override)
        if key not in self.known:
            try:
                self.known[key] = self._solve(name, stock, override)
            except Missing as more:
                self.wants.update(more.wants)
                return True
        return self.known[key]

    def _solve(self, name: str, stock: Stock, override: str) -> bool:
        """Other gaps may stay; no new one may come."""
        others = [text for text in self.request.get("overrides", ()) if canonical(find_requirement(text).name) != name]
        trial = Stock(self.session, stock.environment, Terms({**self.request, "overrides": [override, *others]}), lenient=True)
        trial.rejected = dict(stock.rejected)
        before = self.solutions[stock.environment.id]
        try:
            return missing_names(solve(trial, before.versions, self.deadline)) <= missing_names(before) - {name}
        except (Impossible, Failure):
            return False


def missing_names(solution: Solution) -> set[str]:
    return {candidate.name for candidate in solution.pins.values() if candidate.missing}
