"""Failures mean the same on both sides of the door."""
import json
import re
import sys
import types
from pathlib import Path

import pytest

from terrarium import door
from terrarium.failure import CODES, Failure

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def verb(monkeypatch):
    """Makes a function the verb `probe`."""
    def install(function):
        module = types.ModuleType("probe_module")
        module.probe = function
        monkeypatch.setitem(sys.modules, "probe_module", module)
        monkeypatch.setitem(door.VERBS, "probe", "probe_module:probe")
    return install


def test_the_codes_are_those_of_the_typescript_side():
    text = (ROOT / "src/model/failure.ts").read_text()
    listed = text[text.index("failureCodes = ["):text.index("] as const")]
    assert CODES == set(re.findall(r"^\s*'([a-z/-]+)'", listed, re.MULTILINE))


def test_the_verbs_are_those_of_the_typescript_side():
    text = (ROOT / "src/protocol/python.ts").read_text()
    listed = text[text.index("export interface Verbs {"):text.index("export type Verb ")]
    assert set(door.VERBS) == set(re.findall(r"^  ([a-z_]+): \{", listed, re.MULTILINE))


def test_a_code_outside_the_list_is_a_bug():
    with pytest.raises(ValueError, match="'project/odd'"):
        Failure("project/odd", "Something odd happened.")


def test_a_value_and_its_blobs_pass_the_door(verb):
    verb(lambda request, blobs: ({"size": len(blobs[0]), **request}, [bytes(blobs[0])[::-1]]))
    answer, blobs = door.call("probe", '{"name": "é"}', [memoryview(b"abc")])
    assert json.loads(answer) == {"ok": True, "value": {"size": 3, "name": "é"}}
    assert blobs == [b"cba"]


def test_a_failure_passes_the_door_as_an_answer(verb):
    def stop(request, blobs):
        raise Failure("wheel/invalid", "The wheel has no METADATA.", "a-1-py3-none-any.whl", "Ask its author.")
    verb(stop)
    answer, blobs = door.call("probe", "{}", [])
    assert json.loads(answer) == {"ok": False, "failure": {
        "code": "wheel/invalid", "message": "The wheel has no METADATA.", "notes": ["a-1-py3-none-any.whl", "Ask its author."]}}
    assert blobs == []


def test_a_bug_passes_the_door_as_an_exception(verb):
    verb(lambda request, blobs: request["absent"])
    with pytest.raises(KeyError, match="absent"):
        door.call("probe", "{}", [])


@pytest.mark.parametrize(("text", "shown"), [
    ("Reading a\nb: found c.", "Reading a b: found c."),
    ("a\r\nb\u2028c", "a b c"),
    ("half of a \ud83d character", "half of a   character"),
    ("x" * 5000 + ".", "x" * 1000 + " … " + "x" * 499 + "."),
])
def test_a_failure_is_one_line_of_bounded_length_whatever_it_quotes(text, shown):
    failure = Failure("wheel/invalid", text, text)
    assert [failure.message, *failure.notes, str(failure)] == [shown] * 3
