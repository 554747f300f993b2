"""Notebooks → scripts: what is Python stays, what is not is told with its cell."""
import ast
import json

import pytest

from terrarium.failure import Failure
from terrarium.notebook import notebook


def make(*cells, **rest):
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "source": cell} if isinstance(cell, (str, list)) else cell for cell in cells], **rest}
    return json.dumps(book).encode()


def run(*cells, **rest):
    return notebook({"path": "book.ipynb"}, [make(*cells, **rest)])


def test_code_cells_follow_each_other_and_others_are_left_out():
    found = run(["import json\n", "x = 1\n"], {"cell_type": "markdown", "source": "# title"}, "print(x)")
    assert found["text"] == "# Cell 1\nimport json\nx = 1\n\n# Cell 2\nprint(x)\n"
    assert found["notices"] == ["book.ipynb is run as a script: its code cells, in their order, without a kernel."]


MAGICS = {
    "%matplotlib inline\nx = 1": ("# %matplotlib inline\nx = 1", "`%matplotlib inline`"),
    "!ls -l\nx = 1": ("# !ls -l\nx = 1", "`!ls -l`"),
    "files = !ls\nx = 1": ("# files = !ls\nx = 1", "`!ls`"),
    "if 1:\n    %time f()": ("if 1:\n    pass  # %time f()", "`%time f()`"),
    "len?": ("# len?", "`len?`"),
    "?len": ("# ?len", "`?len`"),
    "%%bash\necho hi": ("# %%bash\n# echo hi", "`%%bash, with its cell`"),
    "%%time\nx = 1\n!ls": ("# %%time\nx = 1\n# !ls", "`%%time`"),
}


@pytest.mark.parametrize(("cell", "expected"), MAGICS.items())
def test_what_is_not_python_becomes_a_comment_and_is_told_with_its_cell(cell, expected):
    found = run("y = 2", cell)
    text, told = expected
    assert found["text"] == f"# Cell 1\ny = 2\n\n# Cell 2\n{text}\n"
    assert any(notice.startswith("Cell 2 of book.ipynb") and told in notice for notice in found["notices"]), found["notices"]
    ast.parse(found["text"])


@pytest.mark.parametrize("cell", ['x = """\n%s is no magic\n!nor this\n"""', "x = (7\n%2)", "x = 5 \\\n  %3"])
def test_python_that_looks_like_a_magic_stays_as_it_is(cell):
    assert cell in run(cell)["text"] and len(run(cell)["notices"]) == 1


@pytest.mark.parametrize("line", ["%pip install rich>=13 -q", "!pip install 'rich>=13'", "!python -m pip install rich>=13  # needed", "!uv pip install rich>=13"])
def test_what_a_cell_installs_is_required(line):
    found = run(line, "import rich")
    assert found["text"].startswith('# /// script\n# dependencies = ["rich>=13"]\n# ///\n\n# Cell 1\n')
    assert "Cell 1 of book.ipynb installs rich>=13; the app is packed with it." in found["notices"]


def test_an_installation_that_names_nothing_is_told():
    assert any("pip install -r more.txt" in notice for notice in run("%pip install -r more.txt")["notices"])


def test_what_a_cell_only_shows_is_told():
    assert "cell 2 of" in run("print(1)", "x = 1\nx", "f(x)")["notices"][-1]


def test_an_await_outside_a_function_is_told():
    assert any("Cell 1" in notice and "await" in notice for notice in run("async def f(): pass\nawait f() +")["notices"])


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", make(nbformat=3), make("x", metadata={"kernelspec": {"language": "R"}}), b'{"nbformat": 4, "cells": ' + b"[" * 100_000, make("x")[:-2]])
def test_what_is_no_python_notebook_is_refused(data):
    with pytest.raises(Failure) as caught:
        notebook({"path": "book.ipynb"}, [data])
    assert caught.value.code == "project/bad-metadata" and "book.ipynb" in caught.value.message


def test_odd_cells_do_no_harm():
    assert run({"cell_type": "code"}, {"cell_type": "code", "source": 7}, 5, ["a = 1", 3], "\0x = 1")["text"].count("# Cell") == 4
