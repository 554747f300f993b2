"""Hostile and damaged projects (hazards P1 to P5, P20, R14, R15): a Failure or a warning that names the file, never a crash."""
import time

import pytest
from frozen_index import hazard

from terrarium.analyse import analyse
from terrarium.analysis.parse_source import Unparsable, parse_source
from terrarium.failure import Failure


def make_project(root, files):
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def run(root, files, **request):
    make_project(root, files)
    return analyse({"root": str(root), "source": "thing", "kind": "folder"} | request, [])


PROJECT = '[project]\nname = "a"\nversion = "1"\n'

BAD_TOML = {
    "is TOML 1.1 (P2)": '[project]\nname = "a"\nversion = "1"\nx = {a = 1,\n b = 2,\n}\n',
    "nests 10,000 arrays (P5)": "a = " + "[" * 10_000,
    "nests 10,000 tables (P5)": "a = " + "{a=" * 10_000,
    "has a key of 100,000 dots (P5)": "[" + "a." * 100_000 + "b]",
    "has a dotted key in a literal string's shadow": "x = 'C:\\'\na" + ".a" * 100_000 + " = '1'",
    "has an integer of 10,000 digits": "a = " + "9" * 10_000,
    "holds a NUL (P3)": PROJECT + 'description = "\0"\n',
    "is latin-1": PROJECT.encode() + b'description = "gr\xf6\xdfe"\n',
    "is cut-off UTF-16 (P3)": b"\xff\xfe[\0p",
    "is only half a string": '[project]\nname = "a',
}


@pytest.mark.parametrize("content", BAD_TOML.values(), ids=BAD_TOML.keys())
def test_a_pyproject_is_refused_that(content, tmp_path):
    with pytest.raises(Failure) as caught:
        run(tmp_path, {"pyproject.toml": content, "a.py": ""})
    assert caught.value.code == "project/bad-metadata"
    assert "pyproject.toml" in caught.value.message


@hazard("(P4)")
def test_metadata_of_a_hundred_megabytes_is_not_read(tmp_path):
    make_project(tmp_path, {"a.py": ""})
    with open(tmp_path / "pyproject.toml", "wb") as file:
        file.truncate(100 << 20)
    with pytest.raises(Failure) as caught:
        run(tmp_path, {})
    assert caught.value.code == "project/too-large"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"], ids=lambda encoding: f"{encoding} (P3)")
def test_metadata_is_read_by_its_mark(encoding, tmp_path):
    mark = "\ufeff" if encoding.endswith(("-le", "-be")) else ""
    found = run(tmp_path, {"pyproject.toml": (mark + PROJECT).encode(encoding), "requirements.txt": (mark + "six # grün\r\nrich\r\n").encode(encoding), "a.py": ""})
    assert found["name"] == "a"
    assert [item["requirement"] for item in found["requirements"]] == ["six", "rich"]


def test_a_latin_1_comment_in_requirements_does_no_harm(tmp_path):
    found = run(tmp_path, {"requirements.txt": b"# gr\xfcn\nsix\n", "a.py": ""})
    assert [item["requirement"] for item in found["requirements"]] == ["six"]


DEEP = 20_000
BAD_SOURCE = {
    "Python 2 (P20)": "print 'x'",
    "NUL (P20)": "x = 1\0",
    "200,000 additions (P20)": "x = " + "+".join(["1"] * 200_000),
    "signs": "x = " + "-" * DEEP + "1",
    "attributes": "a" + ".b" * DEEP,
    "calls": "f" + "()" * DEEP,
    "lambdas with parameters": "lambda a,b:" * DEEP + "1",
    "conditions": "1 if 1 else " * DEEP + "1",
    "elif": "if a:pass\n" + "elif a:pass\n" * DEEP,
    "elif, indented": "def f():\n    if a:pass\n" + "    elif a:pass\n" * DEEP,
    "elif with else between": "if a:\n pass\n" + "elif a:\n pass\n # note\n\n" * DEEP,
    "replacement fields": "f\"{ '\"' + " + "+1+" * DEEP + "1 + '\"' }\"",
    "format specifications": 'f"{x:{' + "+1" * DEEP + '}}"',
    "brackets with sums": "(" * 90 + "1" + ("+1" * 10 + ")") * 90,
    "a string that ends late": 'x = """\\""" + """' + '"""' + "+1" * DEEP,
    "joined lines": "x = 1" + "\\\n+1" * DEEP,
    "21 MB (P20)": "x = 1\n" * (21 << 20 >> 2),
    "unknown coding": "# coding: nope\n",
    "binary coding": "# coding: rot13\n",
    "bytes that are not UTF-8": b"x = '\xff'\n",
}


@pytest.mark.parametrize("source", BAD_SOURCE.values(), ids=BAD_SOURCE.keys())
def test_a_module_is_left_out_of_analysis_with_a_warning_that_holds(source, tmp_path):
    start = time.monotonic()
    found = run(tmp_path, {"bad.py": source, "main.py": "import json\n"})
    assert [warning["place"]["path"] for warning in found["warnings"]] == ["bad.py"]
    assert found["stdlib"] == ["json"]
    assert time.monotonic() - start < 20


GOOD_SOURCE = {
    "a latin-1 cookie (P20)": b"# -*- coding: latin-1 -*-\nimport json\nx = '\xff'\n",
    "a mark": b"\xef\xbb\xbfimport json\n",
    "carriage returns": b"import json\rx = 1\r\n",
    "a long table": "import json\nx = [" + "a.b(-1, c[2] + 3), " * 5000 + "]\n",
    "a long page as a string": "import json\nx = '''" + "a. (b: c - d) = e\n" * 5000 + "'''\n",
    "a long page as a template": 'import json\nx = f"""' + "<p>a. {b.c} - d</p>\n" * 5000 + '"""\n',
    "many lambdas": "import json\nx = {" + "'k': lambda a, b: a.b + b, " * 2000 + "}\n",
    "many chains of elif": "import json\n" + "if a: pass\nelif b: pass\nelif c: pass\nelse: pass\n" * 2000,
    "nested quotes": "import json\nx = f'{a['b']:>{c['d']}}' f\"{'}'}\"\n" * 300,
    "invalid escapes": "import json\nx = '\\d'\n",
}


@pytest.mark.parametrize("source", GOOD_SOURCE.values(), ids=GOOD_SOURCE.keys())
def test_a_module_is_analysed_that_has(source, tmp_path):
    found = run(tmp_path, {"good.py": source})
    assert found["warnings"] == []
    assert found["stdlib"] == ["json"]


def test_a_deep_tree_is_never_handed_to_the_parser():
    with pytest.raises(Unparsable, match="nests deeper"):
        parse_source(b"x = " + b"+".join([b"1"] * 2000))


BAD_REQUIREMENTS = {
    "a marker nested 5,000 deep": "six ; " + "(" * 5000 + "os_name == 'nt'" + ")" * 5000,
    "a marker nested 2,000 deep": "six ; " + "(" * 2000 + "os_name == 'nt'" + ")" * 2000,
    "a version of 10,000 characters": "six==" + "1." * 10_000 + "0",
}


@pytest.mark.parametrize("text", BAD_REQUIREMENTS.values(), ids=BAD_REQUIREMENTS.keys())
def test_a_requirement_is_refused_with(text, tmp_path):
    with pytest.raises(Failure) as caught:
        run(tmp_path, {"requirements.txt": f"rich\n{text}\n", "a.py": ""})
    assert caught.value.code == "project/bad-metadata"
    assert caught.value.notes[0].startswith("requirements.txt:2")
    assert len(caught.value.message) < 500


def test_no_password_of_an_index_is_repeated(tmp_path):
    found = run(tmp_path, {"requirements.txt": "--extra-index-url https://me:secret@index.example/simple\nsix\n", "a.py": ""})
    assert "secret" not in str(found)
    assert len(found["warnings"]) == 1


def test_no_password_of_an_index_leaves_the_file_that_it_stands_in(tmp_path):
    indexes = '[[tool.uv.index]]\nname = "corp"\nurl = "https://me:secret@corp.example/simple?token=secret"\n[[tool.uv.index]]\nurl = "https://me:secret@other.example/"\n'
    found = run(tmp_path, {"pyproject.toml": f'{PROJECT}\n{indexes}[tool.uv.sources]\nsix = {{ index = "corp" }}\n', "a.py": ""})
    assert found["sources"] == {"indexes": [{"name": "corp", "url": "https://corp.example/simple"}], "from": {"six": "corp"}}
    assert "secret" not in str(found) and "other.example" in str(found["warnings"])


def test_a_link_in_the_project_is_not_followed(tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("six\n")
    project = tmp_path / "project"
    make_project(project, {"a.py": ""})
    (project / "requirements.txt").symlink_to(outside)
    assert run(project, {})["requirements"] == []


def test_two_thousand_modules_take_seconds(tmp_path):
    body = "import os, json\nfrom . import mod0\n" + "def f(a, b):\n    return a.b + b.c(a, [1, 2])\n" * 40
    files = {f"pkg/mod{number}.py": body for number in range(2000)} | {"pkg/__init__.py": "", "pyproject.toml": PROJECT}
    start = time.monotonic()
    found = run(tmp_path, files)
    assert len(found["imports"]) == 6000
    assert time.monotonic() - start < 30
