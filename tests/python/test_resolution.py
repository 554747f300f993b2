"""Resolution against frozen indexes: every case of tests/fixtures/resolutions."""
import json
import random

import pytest
from frozen_index import ROOT, FrozenIndex, make_request, run, versions_of

from terrarium.failure import Failure

SUBJECTS = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "tests/fixtures/resolutions").glob("*.json"))}
CASES = [
    pytest.param(subject["index"], case, id=f"{name}: {case['title']}")
    for name, subject in SUBJECTS.items() for case in subject["cases"]
]
EXPECTED = {"title", "versions", "wheels", "notices", "failure", "says", "silent"}


def request_of(case: dict) -> dict:
    return make_request(**{key: value for key, value in case.items() if key not in EXPECTED})


@pytest.mark.parametrize("index,case", CASES)
def test_case(index, case):
    if "failure" in case:
        check_failure(index, case)
        return
    resolution = run(FrozenIndex(index), request_of(case))
    if "versions" in case:
        assert versions_of(resolution) == case["versions"]
    for key, filename in case.get("wheels", {}).items():
        name, target = key.split()
        assert [d["wheels"][target]["filename"] for d in resolution["distributions"] if d["name"] == name and target in d["wheels"]] == [filename]
    for notice in case.get("notices", []):
        assert any(notice in line for line in resolution["notices"]), resolution["notices"]


def check_failure(index, case):
    with pytest.raises(Failure) as caught:
        run(FrozenIndex(index), request_of(case))
    assert caught.value.code == case["failure"]
    told = "\n".join([caught.value.message, *caught.value.notes])
    for part in case["says"]:
        assert part in told, told
    for part in case.get("silent", []):
        assert part not in told, told


@pytest.mark.parametrize("index,case", CASES)
def test_the_order_of_requirements_and_targets_decides_nothing(index, case):
    """The same answer, to the byte, with lines and targets shuffled; a failure keeps its sentence."""
    def outcome(request):
        try:
            resolution = run(FrozenIndex(index), request)
        except Failure as failure:
            return failure.message
        return {**resolution, "targets": sorted(resolution["targets"])}

    first = request_of(case)
    for requirement in first["requirements"]:
        requirement["origin"] = "pyproject.toml"
    shuffled = {**first, "session": first["session"] + "-shuffled", "requirements": random.Random(7).sample(first["requirements"], len(first["requirements"]))}
    assert outcome(first) == outcome(shuffled)
