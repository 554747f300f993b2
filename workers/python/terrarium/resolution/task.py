"""One question, asked in as many rounds as it takes: all targets, from the answers that are on hand."""
import hashlib
import json

from ..failure import Failure
from .agree import agree
from .environment import Environment
from .explain import GapFailure, explain
from .fixes import add_fixes
from .gaps import find_gaps
from .notices import make_notices, tell_cut_off
from .outcome import make_resolution
from .search import Deadline, Impossible, Solution, solve
from .session import Missing, Session
from .stock import Stock
from .terms import Terms
from .trial import Trials

MOST_TASKS = 4


class Task:
    def __init__(self, session: Session, request: dict):
        self.session, self.request = session, request
        self.terms = Terms(request)
        self.environments = make_environments(request)
        self.alternatives = make_alternatives(request)
        self.stocks = {id: Stock(session, environment, self.terms) for id, environment in self.environments.items()}
        # A solution stays right when more answers come.
        self.solutions: dict[str, Solution] = {}
        # Targets for which something cannot be had; their solutions have gaps.
        self.failures: dict[str, Failure] = {}
        # Overrides that were tried out, by target: whether they close their gap.
        self.helpful: dict[tuple[str, str], bool] = {}
        self.seconds_left = Deadline().left

    def resolve(self) -> dict:
        """`{resolution}`, with the `failure` if it has gaps. Raises Missing or Failure."""
        deadline = Deadline(self.seconds_left)
        try:
            return self._resolve(deadline)
        finally:
            # Waiting for answers is not searching: each round goes on with what the ones before left.
            self.seconds_left = max(deadline.left, 0.0)

    def _resolve(self, deadline: Deadline) -> dict:
        missing: dict[tuple, dict] = {}
        for id in self.stocks:
            try:
                self._solve(id, deadline)
            except Missing as more:
                missing.update(more.wants)
        if missing:
            raise Missing(missing)
        solutions, yielded = agree(self.stocks, self.solutions, deadline)
        trials = Trials(self.session, self.request, solutions, deadline, self.helpful)
        gaps = add_fixes(self.stocks, find_gaps(self.stocks, solutions), self.alternatives, trials)
        resolution = make_resolution(self.stocks, solutions, [*tell_cut_off(self.terms), *make_notices(self.stocks, solutions, yielded)], gaps)
        failure = next(iter(self.failures.values()), None)
        return {"resolution": resolution, **({"failure": failure.as_data()} if failure else {})}

    def _solve(self, id: str, deadline: Deadline) -> None:
        if id in self.solutions:
            return
        try:
            self.solutions[id] = solve(self.stocks[id], self.terms.preferred, deadline)
        except Impossible as impossible:
            self._go_on(id, impossible, deadline)

    def _go_on(self, id: str, impossible: Impossible, deadline: Deadline) -> None:
        """Where only files are lacking, the rest is resolved as if they were there: people then see all gaps at once."""
        if id in self.failures:
            raise self.failures[id]
        stock = self.stocks[id]
        failure = explain(stock, impossible)
        if not isinstance(failure, GapFailure):
            raise failure from None
        self.failures[id] = failure
        self.stocks[id] = Stock(self.session, stock.environment, self.terms, lenient=True)
        self.stocks[id].rejected = stock.rejected
        self._solve(id, deadline)


def make_environments(request: dict) -> dict[str, Environment]:
    environments = {}
    for target in request["targets"]:
        python = request["pythons"].get(target["id"])
        if python is None:
            raise Failure("supply/no-runtime", f"No Python is named for {target['label']}.")
        environments[target["id"]] = Environment(target, python)
    return environments


def make_alternatives(request: dict) -> dict[str, list[Environment]]:
    """The other Pythons that a target could have."""
    given = request.get("alternatives", {})
    return {target["id"]: [Environment(target, python) for python in given.get(target["id"], ())] for target in request["targets"]}


def find_task(session: Session, request: dict) -> Task:
    question = {key: value for key, value in request.items() if key not in ("answers", "session")}
    key = hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()
    task = session.tasks.pop(key, None) or Task(session, request)
    session.tasks[key] = task
    while len(session.tasks) > MOST_TASKS:
        session.tasks.popitem(last=False)
    return task
