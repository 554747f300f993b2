"""The limits that Python sees to: each is reached by an input that is one above it and not by one that is at it; the numbers are those of TypeScript."""
import json
import re
from pathlib import Path

import pytest
from frozen_index import FrozenIndex, make_request, run
from test_analysis_untrusted import PROJECT, make_project
from wheel_fixture import INFO, METADATA, demo_files, wheel_input, with_record, zip_files

from terrarium import door, limits
from terrarium.failure import Failure

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def standard():
    yield
    limits.use({})


def ask(verb, request, *blobs):
    """Words of the failure or of the warnings; the limits are those of this call."""
    answer = json.loads(door.call(verb, json.dumps(request), [*blobs])[0])
    if answer["ok"]:
        return " ".join(one["message"] for one in answer["value"].get("warnings", ()))
    return " ".join([answer["failure"]["message"], *answer["failure"]["notes"]])


def analyse(tmp_path, files, given):
    make_project(tmp_path, files)
    return ask("analyse", {"root": str(tmp_path), "source": "thing", "kind": "folder", "limits": given})


def project_file(count, given, tmp_path):
    return analyse(tmp_path, {"pyproject.toml": PROJECT.ljust(count), "a.py": ""}, given)


def source(count, given, tmp_path):
    return analyse(tmp_path, {"a.py": "x = 1\n".ljust(count)}, given)


def sources(count, given, tmp_path):
    return analyse(tmp_path, {"a.py": "x = 1\n", "b.py": "x = 1\n".ljust(count - 6)}, given)


def nesting(count, given, tmp_path):
    return analyse(tmp_path, {"a.py": "x = " + "-" * (count - 1) + "1\n"}, given)


def cells(count, given, tmp_path):
    book = {"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": "x = 1"}] * count}
    return ask("notebook", {"path": "a.ipynb", "limits": given}, json.dumps(book).encode())


def includes(count, given, tmp_path):
    files = {f"{number}.txt": "six\n" for number in range(count - 1)}
    return analyse(tmp_path, {"requirements.txt": "".join(f"-r {name}\n" for name in files), "a.py": "", **files}, given)


def requirement(count, given, tmp_path):
    return analyse(tmp_path, {"requirements.txt": "six" + " " * (count - 5) + ">1\n", "a.py": ""}, given)


def metadata(count, given, tmp_path):
    archive = zip_files(with_record(demo_files(**{f"{INFO}/METADATA": METADATA.ljust(count)})))
    return ask("wheel_metadata", {"wheel": wheel_input(archive), "limits": given}, archive)


def search(count, given, tmp_path):
    """A chain of so many distributions that no straight walk settles: two versions of the first, the newer a dead end."""
    limits.use(given)
    files = {"a": [{"file": "a-2-py3-none-any.whl", "requires": ["b", "c<2"]}], "b": [{"file": "b-1-py3-none-any.whl", "requires": ["c>=2"]}],
             "c": [{"file": "c-1-py3-none-any.whl"}, {"file": "c-2-py3-none-any.whl"}]}
    try:
        run(FrozenIndex(files), make_request(["a"], ["linux-x86_64"]))
    except Failure as failure:
        return " ".join([failure.message, *failure.notes])


#: The limit that is set (none: the standard one), and what reads an input of so many.
REACHED = [
    ("project-file", 200, project_file),
    ("source", 100, source),
    ("sources", 100, sources),
    ("nesting", None, nesting),
    ("cells", 3, cells),
    ("includes", 4, includes),
    ("requirement", None, requirement),
    ("metadata", 300, metadata),
]


@pytest.mark.parametrize(("name", "at", "read"), REACHED, ids=[name for name, *_ in REACHED])
def test_what_is_at_the_limit_is_read_and_one_more_is_refused(name, at, read, tmp_path):
    given, count = ({name: at}, at) if at else ({}, limits.find(name))
    assert read(count, given, tmp_path / "at") == ""
    said = read(count + 1, given, tmp_path / "above")
    assert str(count) in said, said
    if at:
        assert f"--limit {name}=" in said, said


SEARCHED = [
    ("search-rounds", 1, "stopped after 1 rounds"),
    ("search-seconds", 1e-9, "stopped after 1e-09 seconds"),
]


@pytest.mark.parametrize(("name", "at", "words"), SEARCHED, ids=[name for name, *_ in SEARCHED])
def test_a_search_ends_at_its_limit_and_says_which(name, at, words, tmp_path):
    said = search(0, {name: at}, tmp_path)
    assert words in said and f"--limit {name}=" in said
    assert "stopped after" not in search(0, {}, tmp_path)


def test_the_numbers_are_those_of_typescript():
    text = (ROOT / "src/model/limits.ts").read_text()
    sizes = {"kibibyte": 1 << 10, "mebibyte": 1 << 20, "gibibyte": 1 << 30}
    rows = re.findall(r"^  '?([a-z-]+)'?: \{ value: ([^,]+), most: ([^,]+),", text, re.MULTILINE)
    assert {name: (eval(value, sizes), eval(most, sizes)) for name, value, most in rows} == limits.TABLE


@pytest.mark.parametrize(("table", "words"), [
    ("{ source = 10 }", "--limit source="), ("{ source = 99999999999 }", "between 1 and 8388608"), ("{ memory = 1 }", "is no limit"), ('{ source = "many" }', "whole numbers"), ("3", "whole numbers"), ("{ source = true }", "whole numbers"),
])
def test_a_project_may_say_limits_of_its_own(table, words, tmp_path):
    files = {"pyproject.toml": PROJECT + f"[tool.terrarium]\nlimits = {table}\n", "a.py": "x = 1  # long\n"}
    assert words in analyse(tmp_path / "own", files, {})
    if "10" in table:
        assert analyse(tmp_path / "given", files, {"source": 500}) == ""
