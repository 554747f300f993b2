"""One question, asked in as many rounds as it takes: all targets, from the answers that are on hand."""
import hashlib
import json

from ..failure import Failure
from .agree import agree
from .environment import Environment
from .explain import explain
from .notices import make_notices
from .outcome import make_resolution
from .search import Deadline, Impossible, Solution, solve
from .session import Missing, Session
from .stock import Stock
from .terms import Terms

MOST_TASKS = 4


class Task:
    def __init__(self, session: Session, request: dict):
        self.terms = Terms(request)
        self.environments = make_environments(request)
        self.stocks = {id: Stock(session, environment, self.terms) for id, environment in self.environments.items()}
        # A solution stays right when more answers come.
        self.solutions: dict[str, Solution] = {}

    def resolve(self) -> dict:
        """Raises Missing or Failure."""
        deadline = Deadline()
        missing: dict[tuple, dict] = {}
        for id, stock in self.stocks.items():
            try:
                self._solve(id, stock, deadline)
            except Missing as more:
                missing.update(more.wants)
        if missing:
            raise Missing(missing)
        solutions, yielded = agree(self.stocks, self.solutions, deadline)
        return make_resolution(self.stocks, solutions, make_notices(self.stocks, solutions, yielded))

    def _solve(self, id: str, stock: Stock, deadline: Deadline) -> None:
        if id in self.solutions:
            return
        try:
            self.solutions[id] = solve(stock, self.terms.preferred, deadline)
        except Impossible as impossible:
            raise explain(stock, impossible) from None


def make_environments(request: dict) -> dict[str, Environment]:
    environments = {}
    for target in request["targets"]:
        python = request["pythons"].get(target["id"])
        if python is None:
            raise Failure("supply/no-runtime", f"No Python is named for {target['label']}.")
        environments[target["id"]] = Environment(target, python)
    return environments


def find_task(session: Session, request: dict) -> Task:
    question = {key: value for key, value in request.items() if key not in ("answers", "session")}
    key = hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()
    task = session.tasks.pop(key, None) or Task(session, request)
    session.tasks[key] = task
    while len(session.tasks) > MOST_TASKS:
        session.tasks.popitem(last=False)
    return task
