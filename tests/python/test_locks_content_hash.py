"""The content hashes of poetry.lock and pdm.lock: digests were made by Poetry 2.5.1 and PDM 2.22.4 themselves, of this pyproject.toml."""
import tomllib

import pytest

from terrarium.locks.content_hash import HASHES, tell_stale
from terrarium.locks.locked import Wanted

PROJECT = """[project]
name = "proj"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["click>=8", "ünï; sys_platform != 'win32'"]
[project.optional-dependencies]
socks = ["httpx[socks]"]
[dependency-groups]
Test_A = ["iniconfig"]
all = [{include-group = "test-a"}, "colorama"]
[tool.pdm.dev-dependencies]
lint = ["ruff"]
all = ["x"]
[tool.pdm.resolution]
allow-prereleases = true
[[tool.pdm.source]]
name = "corp"
url = "https://corp.example/simple"
[tool.poetry.dependencies]
click = {source = "corp"}
"""
OLD = PROJECT[PROJECT.index("[tool.pdm.dev"):]
MADE = [
    ("poetry.lock", PROJECT, "128a7b01c13b853a5e27379bc63df94ecd3064fb83496c00dde73e8c519ddca8"),
    ("poetry.lock", OLD, "fb633fee7b496fca02de02898da04b9e8ef2219ae1c6b07f4dbac2c9bc2ead7e"),
    ("pdm.lock", PROJECT, "3cc3c1057cdd723d1eba7c23c6888feae6dd59d7f6e31261ab806490816378a1"),
]


def tell(path: str, digest: str, pyproject: str) -> list[str]:
    key = {"poetry.lock": f'content-hash = "{digest}"', "pdm.lock": f'content_hash = "sha256:{digest}"'}[path]
    return tell_stale(Wanted(path, f"[metadata]\n{key}\n", "proj", "", frozenset(), frozenset(), []), pyproject)


@pytest.mark.parametrize("path,text,digest", MADE)
def test_a_hash_is_that_of_the_tool(path, text, digest):
    assert digest in HASHES[path](tomllib.loads(text))
    assert tell(path, digest, text) == []


@pytest.mark.parametrize("path,text,digest", MADE)
def test_what_no_tool_looks_at_may_change(path, text, digest):
    assert tell(path, digest, f"# a comment\n{text}\n[tool.other]\nx = 1\n") == []


@pytest.mark.parametrize("path,text,digest", MADE)
def test_a_changed_project_is_told_in_one_line(path, text, digest):
    changed = text.replace('"corp"', '"other"')
    [line] = tell(path, digest, changed)
    assert f"pyproject.toml was changed since {path} was made" in line and f"`{path.split('.')[0]} lock`" in line


@pytest.mark.parametrize("text", ["", "not toml", "[project]\ndependencies = 2026-01-01\n", "project = 3\n", "[tool]\npdm = 3\npoetry = 4\n[project]\n"])
@pytest.mark.parametrize("path", HASHES)
def test_a_file_that_cannot_be_hashed_stops_nothing(path, text):
    assert len(tell(path, "00", text)) <= 1
