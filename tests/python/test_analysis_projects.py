"""Every folder of tests/fixtures/projects, analysed, says what its expected.json says."""
import json
import shutil
from pathlib import Path

import pytest

from terrarium.analyse import analyse
from terrarium.failure import Failure

PROJECTS = Path(__file__).parent.parent / "fixtures" / "projects"
CASES = sorted(path.parent.name for path in PROJECTS.glob("*/expected.json"))


def name_case(case: str) -> str:
    hazard = json.loads((PROJECTS / case / "expected.json").read_text("utf-8")).get("hazard")
    return f"{case} ({hazard})" if hazard else case


def check_subset(found, expected, where="answer"):
    if isinstance(expected, dict):
        for key, value in expected.items():
            check_subset(found.get(key), value, f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), f"{where}: {found}"
        for index, (one, other) in enumerate(zip(found, expected)):
            check_subset(one, other, f"{where}[{index}]")
    else:
        assert found == expected, where


def analyse_case(case, tmp_path):
    expected = json.loads((PROJECTS / case / "expected.json").read_text("utf-8"))
    root = tmp_path / "project"
    shutil.copytree(PROJECTS / case, root, ignore=shutil.ignore_patterns("expected.json", "__pycache__"))
    request = {"root": str(root), "source": case, "kind": "folder"} | expected.get("request", {})
    return expected, request, root


@pytest.mark.parametrize("case", CASES, ids=name_case)
def test_a_dropped_project_is_understood(case, tmp_path):
    expected, request, root = analyse_case(case, tmp_path)
    before = sorted(root.rglob("*"))
    if "value" in expected:
        check_subset(analyse(request, []), expected["value"])
    else:
        check_failure(request, expected["failure"])
    assert sorted(root.rglob("*")) == before, "analysis wrote files: some code of the project ran"


def check_failure(request, expected):
    with pytest.raises(Failure) as caught:
        analyse(request, [])
    failure = caught.value
    assert failure.code == expected["code"], failure.message
    assert expected["message"] in failure.message
    for note in expected["notes"]:
        assert any(note in found for found in failure.notes), failure.notes


def test_the_cases_are_found():
    assert len(CASES) > 60


def test_the_same_project_gives_the_same_analysis(tmp_path):
    _, request, _ = analyse_case("flat-pep621", tmp_path)
    assert json.dumps(analyse(request, [])) == json.dumps(analyse(request, []))
