"""The search against brute force, on small random indexes: what it finds is right, and where it finds nothing there is nothing."""
import itertools
import random

import pytest
from frozen_index import FrozenIndex, hazard, make_request, run, versions_of
from packaging.requirements import Requirement
from packaging.version import Version

from terrarium.failure import Failure

NAMES = ["ant", "bee", "cat", "dog", "eel"]
OPERATORS = ["==", "!=", "<", ">=", ">", "<="]


def make_index(seed: int) -> tuple[dict, list[str]]:
    draw = random.Random(seed)

    def some(names, most, extra=""):
        chosen = draw.sample(names, draw.randint(0, min(most, len(names))))
        return [f"{name}{draw.choice(['', '[x]'])}{draw.choice(OPERATORS)}{draw.randint(1, 4)}{extra}" for name in chosen]

    index = {
        name: [
            {"file": f"{name}-{version}-py3-none-any.whl", "extras": ["x"], "requires": [
                *some([other for other in NAMES if other != name], 3), *some([other for other in NAMES if other != name], 2, "; extra == 'x'")]}
            for version in range(1, 5)
        ] for name in NAMES
    }
    return index, some(NAMES, 4) or ["ant"]


def suits(index: dict, roots: list[str], versions: dict[str, int]) -> bool:
    """Does everything that is reached from the roots get what it asks for?"""
    queue, seen = [(text, "") for text in roots], set()
    while queue:
        text, extra = queue.pop()
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        if not requirement.specifier.contains(Version(str(versions[requirement.name]))):
            return False
        for asked in ["", *requirement.extras]:
            if (requirement.name, asked) not in seen:
                seen.add((requirement.name, asked))
                queue += [(one, asked) for one in index[requirement.name][versions[requirement.name] - 1]["requires"]]
    return True


def has_solution(index: dict, roots: list[str]) -> bool:
    choices = itertools.product(range(1, 5), repeat=len(NAMES))
    return any(suits(index, roots, dict(zip(NAMES, choice, strict=True))) for choice in choices)


@pytest.mark.parametrize("block", range(10))
def test_it_agrees_with_trying_everything(block):
    for seed in range(block * 30, block * 30 + 30):
        index, roots = make_index(seed)
        try:
            resolution = run(FrozenIndex(index), make_request(roots, ["linux-x86_64"]))
        except Failure as failure:
            assert failure.code == "resolution/conflict" and failure.notes, seed
            assert not has_solution(index, roots), (seed, failure.message)
            continue
        found = {name: int(version) for name, version in versions_of(resolution).items()}
        assert suits(index, roots, {name: found.get(name, 1) for name in NAMES}), seed


@pytest.mark.parametrize("block", range(4))
@hazard("(R20)")
def test_any_order_of_requirements_gives_the_same_answer_or_the_same_sentence(block):
    def outcome(index, roots, origin="pyproject.toml"):
        request = make_request(roots, ["linux-x86_64", "windows-x86_64"])
        for requirement in request["requirements"]:
            requirement["origin"] = origin
        try:
            return run(FrozenIndex(index), request)
        except Failure as failure:
            return failure.as_data()

    for seed in range(block * 25, block * 25 + 25):
        index, roots = make_index(seed)
        draw = random.Random(seed)
        # The order of the index's files decides nothing either.
        turned = {name: draw.sample(index[name], 4) for name in draw.sample(NAMES, len(NAMES))}
        assert outcome(turned, draw.sample(roots, len(roots))) == outcome(index, roots), seed


def test_the_cases_are_of_both_kinds():
    kinds = [has_solution(*make_index(seed)) for seed in range(60)]
    assert 10 < sum(kinds) < 55
