"""Every Python reader of bytes that others made → samples that it takes, words of its format, and what is called.

A reader raises Failure or returns; anything else is a find. Verbs are called through the door, so that their answers are JSON too.
"""
import atexit
import json
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Callable

import wheel_fixture
from frozen_index import FrozenIndex, make_request, run as run_resolution
from test_locks import INDEX, EITHER, REQUIRES, as_lock

from terrarium import door
from terrarium.analysis.entry_points import entries_of_ini
from terrarium.analysis.parse_source import Unparsable, parse_source
from terrarium.analysis.pep723 import find_script_block
from terrarium.analysis.tree import Tree
from terrarium.analysis.requirements_txt import read_requirements_txt
from terrarium.failure import Failure
from terrarium.layers.record import check_names, parse_record
from terrarium.resolution.metadata import parse_metadata
from terrarium.resolution.need import find_requirement, make_needs
from terrarium.resolution.listing import parse_listing

TOML = [b'"""', b"'''", b"[[", b"]]", b"[", b"= ", b'"', b"\\u0000", b"\\uD800", b"1979-05-27T07:32:00Z", b"inf", b"0x", b"project", b"tool", b"name", b"\xef\xbb\xbf", b"#"]
JSON = [b"{", b"}", b"[", b"]", b":", b",", b"null", b"true", b'""', b"1e400", b"NaN", b"-1", b"\\ud800", b'"\\u0000"']
REQUIREMENT = [b"; ", b"extra == 'x'", b" @ https://files.example/a.whl", b"[a,b]", b">=1", b"===", b"!=1.*", b"~=1", b"sys_platform", b" and ", b" or ", b"(", b")", b"--hash=sha256:", b"-r ", b"-e ", b"${HOME}", b"\\\n"]
FIELDS = [b"Requires-Dist: ", b"Requires-Python: ", b"Name: ", b"Version: ", b"Metadata-Version: ", b"\n ", b"\n\n", b"\r\n", b"\r", b"=?utf-8?q?x?=", b"; extra == 'x'", b"Tag: py3-none-any", b"Wheel-Version: "]


@dataclass
class Reader:
    name: str
    samples: list[bytes]
    read: Callable[[bytes, Random], object]
    tokens: list[bytes] = field(default_factory=list)


class Place:
    """A folder in memory where it can be had; emptied for every try."""

    def __init__(self):
        self.root = Path(tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
        atexit.register(shutil.rmtree, self.root, True)
        self.used = False

    def fill(self, files: dict[str, bytes]) -> str:
        shutil.rmtree(self.root, ignore_errors=True)
        for path, data in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_bytes(data)
        return str(self.root)


PLACE = Place()


def ask(verb: str, request: dict, *blobs: bytes) -> None:
    """Through the door; an answer that is no answer is a find like an exception."""
    answer, _ = door.call(verb, json.dumps(request), [*blobs])
    found = json.loads(answer)
    if not found["ok"]:
        failure = found["failure"]
        raise Failure(failure["code"], failure["message"], *failure["notes"])


def analyse(**files: bytes) -> Callable[[bytes, Random], None]:
    """The project of these files, `data` in the place of the one that is None."""
    def read(data: bytes, chance: Random) -> None:
        root = PLACE.fill({path: data if content is None else content for path, content in files.items()})
        ask("analyse", {"root": root, "source": "thing", "kind": "folder"})
    return read


MODULE = {"app/__init__.py": b"", "app/__main__.py": b"import json\n"}
PYPROJECT = b"""[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"
[project]
name = "app"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["click>=8", "rich; sys_platform == 'win32'"]
optional-dependencies = { all = ["app[x]"], x = ["attrs"] }
dynamic = ["readme"]
[project.scripts]
app = "app.__main__:main"
[dependency-groups]
test = ["pytest", {include-group = "lint"}]
lint = ["ruff"]
[tool.setuptools.packages.find]
where = ["."]
[tool.terrarium]
targets = ["linux-x86_64"]
python = "3.14"
[tool.uv.sources]
click = { index = "elsewhere" }
"""
POETRY = b"""[tool.poetry]
name = "app"
version = "1.0"
packages = [{ include = "app" }]
[tool.poetry.dependencies]
python = "^3.11"
click = { version = "^8", extras = ["x"], markers = "sys_platform == 'win32'", optional = true }
near = { git = "https://code.example/near" , optional = true }
[tool.poetry.group.test.dependencies]
pytest = "*"
[tool.poetry.scripts]
app = "app.__main__:main"
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
"""
SETUP_CFG = b"[metadata]\nname = app\nversion = attr: app.version\n[options]\npackages = find:\ninstall_requires =\n    click>=8\n    rich; python_version > '3'\n[options.entry_points]\nconsole_scripts =\n    app = app.__main__:main\n[options.extras_require]\nx = attrs\n"
SETUP_PY = b"from setuptools import setup\nsetup(name='app', version='1.0', packages=['app'], install_requires=['click>=8'], extras_require={'x': ['attrs']}, entry_points={'console_scripts': ['app=app.__main__:main']})\n"
PKG_INFO = b"Metadata-Version: 2.2\nName: app\nVersion: 1.0\nRequires-Python: >=3.11\nRequires-Dist: click>=8\nRequires-Dist: attrs; extra == 'x'\nProvides-Extra: x\n\nBody\n"
METADATA = b"Metadata-Version: 2.4\nName: demo\nVersion: 1.0\nRequires-Python: >=3.8\nRequires-Dist: click (>=8)\nRequires-Dist: attrs[x,y] ~=1.0 ; extra == 'x' and sys_platform != \"win32\"\nRequires-Dist: far @ https://files.example/far-1.0-py3-none-any.whl#sha256=" + b"0" * 64 + b" ; extra == 'far'\nProvides-Extra: x\nDescription: one\n        two\n\nBody: no\n"
RECORD = b"demo/__init__.py,sha256=LxqZ,6\n\"a,b.py\",sha256=LxqZ,6\ndemo-1.0.dist-info/RECORD,,\n"
ENTRY_POINTS = b"[console_scripts]\ndemo = demo.cli:main\nother=demo:run [x]\n\n[gui_scripts]\nshow = demo.gui:Show.start\n[plugins]\na = b\n"
SCRIPT = b'# /// script\n# requires-python = ">=3.11"\n# dependencies = ["click>=8"]\n# [tool.terrarium]\n# python = "3.14"\n# ///\nimport click, importlib\nimportlib.import_module(f"a.{x}")\ntry:\n    import rich\nexcept ImportError: pass\nif __name__ == "__main__":\n    print(__file__)\n'
SOURCE = b"# -*- coding: utf-8 -*-\nfrom . import a\nfrom .b import (c as d, e)\nimport x.y.z\ndef f(a, /, *, b: int = 1) -> None:\n    match a:\n        case {'k': [1, *r]} if r: pass\n        case _: return lambda: 1\nclass A[T]: x = f'{a!r:>{b}}', t'{a}'\nif TYPE_CHECKING:\n    import t\n__import__('q'); exec('import w')\n"
NOTEBOOK = json.dumps({"nbformat": 4, "metadata": {"language_info": {"name": "python"}}, "cells": [
    {"cell_type": "code", "source": ["%pip install click\n", "import click\n", "!ls -l\n", "x = %time 1\n", "click?\n"]}, {"cell_type": "markdown", "source": "# x"}, {"cell_type": "code", "source": "%%bash\necho x"}]}).encode()
REQUIREMENTS = b"click>=8 ; python_version > '3'  # comment\n-r other.txt\n-c limits.txt\n--index-url https://ann:secret@index.example/simple\nrich==1.0 \\\n    --hash=sha256:" + b"0" * 64 + b"\nnear @ https://files.example/near-1.0-py3-none-any.whl\n-e .\n"
INDEX_JSON = json.dumps({"meta": {"api-version": "1.1"}, "name": "demo", "project-status": {"status": "archived"}, "versions": ["1.0"], "files": [
    {"filename": "demo-1.0-py3-none-any.whl", "url": "../demo-1.0-py3-none-any.whl", "hashes": {"sha256": "0" * 64}, "size": 10, "requires-python": ">=3.8", "yanked": False, "core-metadata": {"sha256": "1" * 64}, "upload-time": "2026-01-01T00:00:00Z"},
    {"filename": "demo-0.9.tar.gz", "url": "https://files.example/demo-0.9.tar.gz", "hashes": {"sha256": "2" * 64}}]}).encode()
INDEX_HTML = b'<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.1"><base href="https://files.example/"></head><body><!-- x --><a href="demo-1.0-py3-none-any.whl#sha256=' + b"0" * 64 + b'" data-requires-python="&gt;=3.8" data-core-metadata="sha256=' + b"1" * 64 + b'">demo</a>\n<a href=\'demo-0.9.tar.gz\'>x</a></body></html>'
PYLOCK = b'lock-version = "1.0"\ncreated-by = "x"\nrequires-python = ">=3.11"\nenvironments = ["python_version > \'3\'"]\nextras = ["x"]\ndependency-groups = ["test"]\ndefault-groups = []\n[[packages]]\nname = "cli"\nversion = "2.0"\nmarker = "python_version > \'3\'"\nrequires-python = ">=3"\ndependencies = [{name = "net"}]\n[[packages.wheels]]\nname = "cli-2.0-py3-none-any.whl"\nurl = "https://files.example/cli-2.0-py3-none-any.whl"\nsize = 10\nhashes = {sha256 = "' + b"0" * 64 + b'"}\n[[packages]]\nname = "fast"\nversion = "1.0"\nwheels = [{url = "https://files.example/fast-1.0-py3-none-any.whl", hashes = {sha256 = "' + b"1" * 64 + b'"}}]\n' + b'[[packages]]\nname = "net"\nversion = "1.5"\nwheels = [{url = "https://files.example/net-1.5-py3-none-any.whl", hashes = {sha256 = "' + b"2" * 64 + b'"}}]\n[[packages]]\nname = "near"\nmarker = "os_name == \'x\'"\n[packages.directory]\npath = "near"\n'


def read_lock(path: str) -> Callable[[bytes, Random], None]:
    def read(data: bytes, chance: Random) -> None:
        text = data.decode("utf-8", "replace")
        request = make_request(REQUIRES, ["windows-x86_64"], lock=as_lock(path, text, extras=chance.choice(([], ["socks"]))), local=[])
        json.dumps(run_resolution(FrozenIndex(INDEX), request))
    return read


def read_metadata(data: bytes, chance: Random) -> None:
    metadata = parse_metadata(data.decode("utf-8", "replace"))
    for text in metadata.requires:
        if find_requirement(text):
            make_needs(text)


def read_answer(content_type: str) -> Callable[[bytes, Random], None]:
    def read(data: bytes, chance: Random) -> None:
        listing = parse_listing("demo", "https://index.example/simple/demo/", content_type, data)
        for version in listing.versions:
            listing.files(version), listing.unusable(version), listing.sources(version), listing.buildable(version, True)
        listing.prereleases
    return read


def resolve_answer(data: bytes, chance: Random) -> None:
    """A whole resolution by an index whose answer it is; every file of it has the same metadata."""
    class Index(FrozenIndex):
        def find(self, want):
            answer, body = super().find(want)
            if want["kind"] == "listing":
                return answer, data if want["name"] == "demo" else body
            return answer, b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"
    json.dumps(run_resolution(Index({"demo": [{"file": "demo-1.0-py3-none-any.whl"}]}), make_request(["demo"], ["linux-x86_64"])))


def resolve_metadata(data: bytes, chance: Random) -> None:
    index = FrozenIndex({"demo": [{"file": "demo-1.0-py3-none-any.whl"}], "click": [{"file": "click-8.0-py3-none-any.whl"}], "attrs": [{"file": "attrs-1.0-py3-none-any.whl", "extras": ["x", "y"]}]})
    index.metadata["https://files.example/demo-1.0-py3-none-any.whl"] = data.decode("utf-8", "replace")
    for files in index.index.values():
        for file in files:
            file.setdefault("requires", [])
    json.dumps(run_resolution(Unannounced(index), make_request(["demo[x]"], ["linux-x86_64"])))


class Unannounced:
    """Announces no digests of metadata, so that any text is taken."""

    def __init__(self, index: FrozenIndex):
        self.index = index
        self.wants = index.wants

    def answer(self, wants):
        answers, blobs = self.index.answer(wants)
        for answer in answers:
            if answer["want"]["kind"] == "listing" and "blob" in answer:
                body = json.loads(blobs[answer["blob"]])
                for entry in body["files"]:
                    entry.pop("core-metadata", None)
                blobs[answer["blob"]] = json.dumps(body).encode()
        return answers, blobs


INFO = wheel_fixture.INFO
WHEEL_FILES = wheel_fixture.demo_files(**{"demo/cli.py": SOURCE, "demo-1.0.data/scripts/run": b"#!python\nprint(1)\n", "demo.pth": b"import demo\n", f"{INFO}/entry_points.txt": ENTRY_POINTS, f"{INFO}/METADATA": METADATA})


def call_wheel(files: dict[str, bytes]) -> None:
    archive = wheel_fixture.zip_files(files)
    wheel = wheel_fixture.wheel_input(archive)
    refused = None
    for verb, request in (("wheel_metadata", {"wheel": wheel}), ("wheel_layer", {"wheel": wheel, "prefix": "site-packages", "python": "3.14.6", "compile": False})):
        try:
            ask(verb, request, archive)
        except Failure as failure:
            refused = failure
    if refused:
        raise refused


def read_member(name: str) -> Callable[[bytes, Random], None]:
    """A wheel with this member as it comes; RECORD fits it, lest the member be refused for its hash alone."""
    def read(data: bytes, chance: Random) -> None:
        if name == "RECORD":
            return call_wheel({**wheel_fixture.with_record(WHEEL_FILES), f"{INFO}/RECORD": data})
        call_wheel(wheel_fixture.with_record({**WHEEL_FILES, f"{INFO}/{name}": data}))
    return read


WHEEL = wheel_fixture.zip_files(wheel_fixture.with_record(WHEEL_FILES))
SPANS = wheel_fixture.wheel_input(WHEEL)


def read_spans(data: bytes, chance: Random) -> None:
    """The bytes of a wheel change after its members were accepted, and the spans lie."""
    wheel = json.loads(json.dumps(SPANS))
    if chance.random() >= 0.5:
        span = chance.choice(wheel["members"])
        key = chance.choice(("offset", "size", "compressedSize", "crc32", "method"))
        span[key] = chance.choice((0, 1, 8, len(data), 1 << 20, 1 << 30, 0xFFFFFFFE, span[key] + 1, max(0, span[key] - 1)))
    ask("wheel_metadata", {"wheel": wheel}, data)
    ask("wheel_layer", {"wheel": wheel, "prefix": "app", "python": "3.14.6", "compile": False}, data)


def read_filename(data: bytes, chance: Random) -> None:
    ask("wheel_metadata", {"wheel": {**SPANS, "filename": data.decode("utf-8", "replace")}}, WHEEL)


def read_paths(data: bytes, chance: Random) -> None:
    """Names of members, one a line."""
    names = data.decode("utf-8", "replace").split("\n")[:200]
    call_wheel(wheel_fixture.with_record({**WHEEL_FILES, **{name[:5000]: b"x" for name in names if name}}))


def refuse(text: str) -> Failure:
    return Failure("wheel/invalid", f"Checking x: {text}.")


def read_record(data: bytes, chance: Random) -> None:
    rows = parse_record(data.decode("utf-8", "replace"), refuse)
    check_names(rows, {"demo/__init__.py", "a,b.py", f"{INFO}/RECORD"}, INFO, refuse)


def read_entry_points(data: bytes, chance: Random) -> None:
    entries_of_ini(data.decode("utf-8", "replace"), "entry_points.txt", "entry_points.txt", "wheel/invalid")


def read_source(data: bytes, chance: Random) -> None:
    try:
        parse_source(data)
    except Unparsable as problem:
        raise Failure("project/bad-metadata", f"It was not analysed: {problem.reason}.") from None


def read_requirements(data: bytes, chance: Random) -> None:
    root = PLACE.fill({"requirements.txt": data, "other.txt": b"attrs\n", "limits.txt": b"attrs<3\n"})
    read_requirements_txt(Tree(root), "requirements.txt")


def read_script(data: bytes, chance: Random) -> None:
    find_script_block(Tree(PLACE.fill({"app.py": data})), "app.py")


def source_layout(data: bytes, chance: Random) -> None:
    ask("source_layout", {"root": PLACE.fill({"pyproject.toml": data, "PKG-INFO": PKG_INFO, **MODULE})})


READERS = [
    Reader("pyproject", [PYPROJECT, POETRY], analyse(**{"pyproject.toml": None}, **MODULE), TOML + REQUIREMENT),
    Reader("source-layout", [PYPROJECT, POETRY], source_layout, TOML),
    Reader("setup-cfg", [SETUP_CFG], analyse(**{"setup.cfg": None}, **MODULE), [b"[options]", b"= ", b"%(x)s", b"${a:b}", b"attr: ", b"file: ", b"find:"]),
    Reader("setup-py", [SETUP_PY], analyse(**{"setup.py": None}, **MODULE), [b"setup(", b"name=", b"**", b"ext_modules=", b"[", b"{", b"open("]),
    Reader("pkg-info", [PKG_INFO], analyse(**{"PKG-INFO": None, "pyproject.toml": b"[project]\nname = 'app'\ndynamic = ['version', 'dependencies']\n"}, **MODULE), FIELDS + REQUIREMENT),
    Reader("requirements", [REQUIREMENTS], read_requirements, REQUIREMENT),
    Reader("script", [SCRIPT], analyse(**{"app.py": None}), [b"# ///", b"# /// script", b"# ", *TOML]),
    Reader("script-block", [SCRIPT], read_script, [b"# ///", b"# /// script", b"# ", *TOML]),
    Reader("source", [SOURCE, SCRIPT, SETUP_PY], read_source, [b"(", b"[", b"{", b"lambda ", b"not ", b"f'{", b"'''", b"\\\n", b"coding: utf-7", b"coding: rot13", b"\xef\xbb\xbf", b"async ", b"await ", b"elif x:\n", b"match "]),
    Reader("modules", [SOURCE, SCRIPT], analyse(**{"app/__main__.py": None, "app/__init__.py": b""}), [b"import ", b"from . import ", b"__import__(", b"\\\n", b"*"]),
    Reader("notebook", [NOTEBOOK], lambda data, chance: ask("notebook", {"path": "a.ipynb"}, data), JSON + [b"%%", b"!", b"%pip install ", b"?", b'\\"', b"'"]),
    Reader("metadata", [METADATA], read_metadata, FIELDS + REQUIREMENT),
    Reader("metadata-resolved", [METADATA], resolve_metadata, FIELDS + REQUIREMENT),
    Reader("index-json", [INDEX_JSON], read_answer("application/vnd.pypi.simple.v1+json"), JSON + [b"%2f", b"//", b"file:", b"1!0", b"-py3-none-any.whl"]),
    Reader("index-html", [INDEX_HTML], read_answer("text/html"), [b"<a ", b"href=", b'"', b"'", b">", b"<!--", b"-->", b"&#x0;", b"&lt", b"%2f", b"<base href=", b"<form", b"http://["]),
    Reader("index-resolved", [INDEX_JSON.replace(b"core-metadata", b"signature")], resolve_answer, JSON + [b"http://[", b"-cp314-"]),
    Reader("pylock", [PYLOCK], read_lock("pylock.toml"), TOML + REQUIREMENT),
    *(Reader(f"{path.partition(' ')[0]}{index or ''}", [text.encode()], read_lock(path.partition(" ")[0]), TOML + REQUIREMENT) for index, (path, text) in enumerate(EITHER.items())),
    Reader("wheel-bytes", [WHEEL], read_spans, [b"PK\x03\x04"]),
    Reader("wheel-filename", [b"demo-1.0-py3-none-any.whl", b"Demo-1.0.0-1x-py2.py3-none-any.whl"], read_filename, [b"-", b".", b"_", b"1!", b"+", b"-py3-none-any.whl"]),
    Reader("wheel-paths", [b"a.py\ndemo-1.0.data/scripts/x\ndemo-1.0.data/purelib/y\n"], read_paths, [b"../", b"/", b"\\", b"demo-1.0.data/", b"purelib/", b"headers/", b"data/", b".", b"C:", b".dist-info/"]),
    Reader("wheel-record", [RECORD], read_record, [b",", b'"', b"sha256=", b"md5=", b"../", b"\r"]),
    Reader("record", [wheel_fixture.with_record(WHEEL_FILES)[f"{INFO}/RECORD"]], read_member("RECORD"), [b",", b'"', b"sha256=", b"md5=", b"../", b"\r"]),
    Reader("wheel-metadata", [METADATA], read_member("METADATA"), FIELDS + REQUIREMENT),
    Reader("wheel-wheel", [wheel_fixture.WHEEL.encode()], read_member("WHEEL"), FIELDS + [b"py2.py3-none-any"]),
    Reader("wheel-entry-points", [ENTRY_POINTS], read_member("entry_points.txt"), [b"[console_scripts]", b"[", b"]", b"=", b":", b"../", b"%(x)s", b"\n ", b"[x]"]),
    Reader("entry-points", [ENTRY_POINTS], read_entry_points, [b"[console_scripts]", b"[", b"]", b"=", b":", b"../", b"%(x)s", b"\n ", b"[x]"]),
]
