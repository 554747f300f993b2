"""pyproject.toml → what [project] (PEP 621) declares, and its [build-system] (PEP 517, 518)."""
from terrarium.analysis.declared import Declared, Requirement
from terrarium.analysis.decode_text import decode_text, find_line
from terrarium.analysis.entry_points import entries_of_table
from terrarium.analysis.parse_toml import Table, parse_toml
from terrarium.analysis.source_roots import find_source_roots
from terrarium.analysis.tree import Tree, join
from terrarium.failure import Failure

LEGACY_BACKEND = "setuptools.build_meta:__legacy__"
LEGACY_REQUIRES = ["setuptools>=40.8.0"]
# A native program: its rules are followed here, so there is nothing to fetch for it (building/uv_layout.py).
BUILT_BY_RULES = "uv_build"


class Pyproject:
    def __init__(self, tree: Tree, root: str):
        self.path = join(root, "pyproject.toml")
        self.text = decode_text(tree.read(self.path), self.path)
        self.top = Table(parse_toml(self.text, self.path), self.path)
        self.project = self.top.table("project")
        self.build = self.top.table("build-system")
        self.tool = self.top.table("tool")

    @property
    def has_project(self) -> bool:
        return self.top.has("project")

    @property
    def has_build(self) -> bool:
        return self.top.has("build-system")

    def line(self, needle: str) -> int:
        return find_line(self.text, f'"{needle}"') or find_line(self.text, f"'{needle}'")

    def requirements(self, values: list[str] | None) -> list[Requirement] | None:
        if values is None:
            return None
        return [Requirement(value, self.path, self.line(value)) for value in values]


def find_pyproject(tree: Tree, root: str) -> Pyproject | None:
    return Pyproject(tree, root) if tree.has(join(root, "pyproject.toml")) else None


def declared_by_project(file: Pyproject) -> Declared:
    """The [project] table. It is complete: what it leaves out and does not call dynamic does not exist."""
    project = file.project
    _check_name(file)
    return Declared(
        "pyproject.toml", project.string("name"), project.string("version"), project.string("requires-python"),
        file.requirements(project.strings("dependencies")), _extras(file), _entries(file), find_source_roots(file.tool),
        frozenset(project.strings("dynamic") or []), complete=True,
    )


def _check_name(file: Pyproject):
    name = file.project.string("name")
    if name is None:
        raise Failure("project/bad-metadata", f"Reading [project] in {file.path}: found no name, expected one.",
                      f"{file.path}:{find_line(file.text, '[project]')}", 'Add `name = "…"` below [project].')


def _extras(file: Pyproject) -> dict[str, list[Requirement]] | None:
    if not file.project.has("optional-dependencies"):
        return None
    table = file.project.table("optional-dependencies")
    return {extra: file.requirements(table.strings(extra)) or [] for extra in table.data}


def _entries(file: Pyproject) -> list[dict] | None:
    groups = [("scripts", False), ("gui-scripts", True)]
    return [
        entry for key, windowed in groups
        for entry in entries_of_table(file.project.table(key).data, windowed, f"[project.{key}]", file.path)
    ] or None


def build_system(file: Pyproject | None) -> dict:
    """backend, backendPath and requires (PEP 517), and whether it is done by rules; the specification's defaults where the file says nothing."""
    if not file or not file.has_build:
        return {"backend": LEGACY_BACKEND, "backendPath": [], "requires": LEGACY_REQUIRES}
    requires = file.build.strings("requires")
    if requires is None:
        raise Failure("project/bad-metadata", f"Reading [build-system] in {file.path}: found no `requires`, expected an array of strings.",
                      f"{file.path}:{find_line(file.text, '[build-system]')}", "PEP 518 asks for it, even if it is empty.")
    backend = file.build.string("build-backend") or LEGACY_BACKEND
    if backend == BUILT_BY_RULES:
        return {"backend": backend, "backendPath": [], "requires": [], "byRules": True}
    return {"backend": backend, "backendPath": file.build.strings("backend-path") or [], "requires": requires}
