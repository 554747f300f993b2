"""All metadata files of the project → one Declared, the requirements that count, and what is said about those that do not."""
from dataclasses import dataclass, field

from terrarium.analysis.declared import Declared, Requirement, merge, warning
from terrarium.analysis.layout import ProjectFiles
from terrarium.analysis.pkg_info import find_pkg_info
from terrarium.analysis.poetry import find_poetry
from terrarium.analysis.pyproject import declared_by_project
from terrarium.analysis.requirements_txt import RequirementsFile, read_requirements_txt
from terrarium.analysis.setup_cfg import declared_by_setup_cfg
from terrarium.analysis.setup_py import declared_by_setup_py
from terrarium.analysis.tree import Tree, base, join, parent


@dataclass
class Metadata:
    declared: Declared
    constraints: list[Requirement] = field(default_factory=list)
    warnings: list[dict] = field(default_factory=list)
    #: Name, normalised → folder or wheel of what was dropped.
    paths: dict[str, str] = field(default_factory=dict)


def read_metadata(tree: Tree, files: ProjectFiles) -> Metadata:
    metadata = Metadata(merge(_sources(tree, files)))
    metadata.warnings += metadata.declared.warnings
    _add_dynamic_files(tree, files, metadata)
    _add_requirements_txt(tree, files.root, metadata)
    return metadata


def _sources(tree: Tree, files: ProjectFiles) -> list[Declared]:
    """In the order in which they win: [project], then as setuptools has it setup.py before setup.cfg, then what was recorded."""
    file = files.pyproject
    found = [
        declared_by_project(file) if file and file.has_project else None,
        find_poetry(file) if file else None,
        declared_by_setup_py(files.setup_py) if files.setup_py else None,
        declared_by_setup_cfg(files.setup_cfg) if files.setup_cfg else None,
        find_pkg_info(tree, files.root) if files.declares_project else None,
    ]
    return [source for source in found if source]


def _add_dynamic_files(tree: Tree, files: ProjectFiles, metadata: Metadata):
    """`dependencies = {file = …}` of setuptools, and its setup.cfg spelling, are plain enough to be read."""
    declared = metadata.declared
    if declared.requirements is not None or "dependencies" not in declared.dynamic:
        return
    names = _dynamic_files(files)
    if names:
        read = [read_requirements_txt(tree, join(files.root, name)) for name in names if tree.has(join(files.root, name))]
        declared.requirements = [requirement for file in read for requirement in file.requirements]
        declared.taken_from["requirements"] = ", ".join(names)
        metadata.warnings += [warning for file in read for warning in file.warnings]


def _dynamic_files(files: ProjectFiles) -> list[str]:
    value = _dynamic_of_setuptools(files)
    if not value and files.setup_cfg:
        text = files.setup_cfg.get("options", "install_requires") or ""
        value = [name.strip() for name in text.removeprefix("file:").split(",")] if text.startswith("file:") else []
    return [name for name in ([value] if isinstance(value, str) else value) if isinstance(name, str)]


def _dynamic_of_setuptools(files: ProjectFiles) -> list | str:
    table: object = files.pyproject.tool.data if files.pyproject else {}
    for key in ("setuptools", "dynamic", "dependencies", "file"):
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, (list, str)) else []


def _add_requirements_txt(tree: Tree, root: str, metadata: Metadata):
    declared = metadata.declared
    path = join(root, "requirements.txt")
    others = [path for path in tree.paths if _is_requirements(path, root)]
    if declared.requirements is None and "dependencies" not in declared.dynamic and tree.has(path):
        others.remove(path)
        _use(metadata, read_requirements_txt(tree, path), path)
    elif declared.requirements is None and len(others) == 1 and "dependencies" not in declared.dynamic and not declared.complete:
        metadata.warnings.append(warning(f"{others[0]} is taken for the requirements: there is no requirements.txt.", others[0]))
        path = others.pop()
        _use(metadata, read_requirements_txt(tree, path), path)
    used = {requirement.path for requirement in [*(declared.requirements or []), *metadata.constraints]}
    metadata.warnings += [warning(f"{other} is not used: {_reason(declared)}.", other) for other in others if other not in used]


def _use(metadata: Metadata, file: RequirementsFile, path: str):
    if metadata.declared.source:
        metadata.warnings.append(warning(f"{metadata.declared.source} declares no requirements; those of {path} are taken.", path))
    metadata.declared.requirements = file.requirements
    metadata.declared.taken_from["requirements"] = path
    metadata.constraints = file.constraints
    metadata.paths = file.paths
    metadata.warnings += file.warnings


def _is_requirements(path: str, root: str) -> bool:
    return parent(path) == root and base(path).startswith("requirements") and path.endswith(".txt")


def _reason(declared: Declared) -> str:
    source = declared.taken_from.get("requirements")
    return f"{source} says what is required" if source else "what is required is known after the build"
