"""Which folder of the tree is the project, and whether a build backend makes its wheel or it is laid out as it stands."""
import re

from terrarium.analysis.declared import warning
from terrarium.analysis.pyproject import Pyproject, build_system, find_pyproject
from terrarium.analysis.setup_cfg import SetupCfg, find_setup_cfg
from terrarium.analysis.setup_py import SetupPy, find_setup_py
from terrarium.analysis.tree import Tree, base, join, parent
from terrarium.failure import Failure

MARKERS = ("pyproject.toml", "setup.py", "setup.cfg")
_ASIDE = re.compile(r"(?:^|/)(?:docs?|tests?|testing|examples?|samples?|fixtures|benchmarks?|vendor|_vendor|third_party|site-packages|\.[^/]+)(?:/|$)", re.IGNORECASE)
# Modules that setuptools' automatic discovery passes over, and that are no program of the project either.
HELPERS = frozenset({"setup", "conftest", "noxfile", "toxfile", "tasks", "fabfile", "dodo", "pavement", "conanfile", "sitecustomize", "usercustomize"})
_UNDISCOVERED_FOLDERS = re.compile(r"(?:ci|bin|debian|docs?|documentation|manpages|news|newsfragments|changelog|tests?|unit_tests?|examples?|scripts|tools|utils?|"
                                   r"python|build|benchmarks?|exercises?|htmlcov|[._].*)\Z")


class ProjectFiles:
    """The metadata files of one folder that count as such."""

    def __init__(self, tree: Tree, root: str):
        self.root = root
        self.pyproject: Pyproject | None = find_pyproject(tree, root)
        self.setup_cfg: SetupCfg | None = find_setup_cfg(tree, root)
        self.setup_py: SetupPy | None = find_setup_py(tree, root)

    @property
    def declares_project(self) -> bool:
        file = self.pyproject
        own = file and (file.has_project or file.has_build or isinstance(file.tool.data.get("poetry"), dict))
        return bool(own or self.setup_cfg or self.setup_py)


def find_project(tree: Tree, asked: str = "") -> tuple[ProjectFiles, list[dict]]:
    """`asked`: the folder of the one to pack, where there are several."""
    if asked:
        return _find_asked(tree, asked), []
    top = ProjectFiles(tree, "")
    if top.declares_project:
        return top, []
    inner, unreadable = _inner_projects(tree)
    if _has_programs(tree):
        return top, [warning(f"The folder {folder.root} is a project of its own; its files are packed, its metadata is not read.", folder.root) for folder in inner]
    if len(inner) > 1:
        raise _several(inner)
    if not inner and unreadable:
        raise unreadable[0]
    return (inner[0], [warning(f"The project is the folder {inner[0].root}; what stands beside it is not packed.")]) if inner else (top, [])


def _find_asked(tree: Tree, asked: str) -> ProjectFiles:
    root = asked.replace("\\", "/").strip("/").removeprefix("./")
    files = ProjectFiles(tree, "" if root == "." else root)
    if not tree.below(files.root):
        raise Failure("project/needs-answer", f"Looking for the project: found no folder {asked[:200]!r}, expected one of those that are projects.",
                      *(f"{folder}/" for folder in list_projects(tree)[:50] if folder), "Name one of them.")
    return files


def list_projects(tree: Tree) -> list[str]:
    """Folders that are projects, the outermost only, the top as an empty string where it is one."""
    top = ProjectFiles(tree, "")
    return ([""] if top.declares_project else []) + [files.root for files in _inner_projects(tree)[0]]


def _inner_projects(tree: Tree) -> tuple[list[ProjectFiles], list[Failure]]:
    """Of nested ones only the outermost. What cannot be read is often a template, so it stops nothing by itself."""
    folders = {parent(path) for path in tree.paths if base(path) in MARKERS}
    found: list[ProjectFiles] = []
    unreadable: list[Failure] = []
    for folder in sorted(folders, key=lambda folder: (folder.count("/"), folder)):
        if not folder or _ASIDE.search(folder) or any(folder.startswith(outer.root + "/") for outer in found):
            continue
        try:
            files = ProjectFiles(tree, folder)
        except Failure as failure:
            unreadable.append(failure)
            continue
        if files.declares_project:
            found.append(files)
    return found, unreadable


def _has_programs(tree: Tree) -> bool:
    tops = [path for path in tree.paths if "/" not in path]
    return "requirements.txt" in tops or any(path.endswith((".py", ".pyw")) and path.rpartition(".")[0] not in HELPERS for path in tops)


def _several(found: list[ProjectFiles]) -> Failure:
    return Failure("project/needs-answer", f"Looking for the project: found {len(found)} of them in one tree, expected one.",
                   *(f"{files.root}/" for files in found[:50]), "Say which one to pack (on the command line: --project FOLDER), or drop its folder by itself.")


def make_layout(tree: Tree, files: ProjectFiles) -> tuple[dict, list[dict]]:
    if not files.declares_project:
        return {"kind": "bare", "root": files.root}, []
    if _is_application(tree, files):
        note = "pyproject.toml names no build system, and setuptools would not find all of these modules by itself; the folder is packed as it stands."
        return {"kind": "bare", "root": files.root}, [warning(note, files.pyproject.path)]
    system = build_system(files.pyproject)
    return {"kind": "backend", **system, "root": files.root}, []


def _is_application(tree: Tree, files: ProjectFiles) -> bool:
    """[project] without a build system, where setuptools' discovery would refuse the folder or leave its programs out."""
    file = files.pyproject
    if not file or file.has_build or files.setup_cfg or files.setup_py or "setuptools" in file.tool.data or not file.has_project:
        return False
    tops = [path[len(files.root):].lstrip("/") for path in tree.below(files.root)]
    if any(top.startswith("src/") and top.endswith(".py") for top in tops):
        return False
    folders = {top.partition("/")[0] for top in tops if "/" in top}
    packages = {folder for folder in folders if folder.isidentifier() and not _UNDISCOVERED_FOLDERS.match(folder)}
    modules = {top[:-3] for top in tops if "/" not in top and top.endswith(".py") and top[:-3] not in HELPERS}
    regular = {folder for folder in packages if f"{folder}/__init__.py" in tops}
    return not (len(packages) == 1 and regular and not modules or not packages and len(modules) == 1)
