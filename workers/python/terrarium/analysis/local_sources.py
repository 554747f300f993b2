"""Dependencies that are folders or wheels of what was dropped: `[tool.uv.sources]`, uv's workspaces, path dependencies of Poetry → where each lies."""
import re
from fnmatch import fnmatchcase
from posixpath import normpath

from packaging.utils import canonicalize_name

from terrarium.analysis.declared import Requirement
from terrarium.analysis.layout import ProjectFiles, make_layout
from terrarium.analysis.poetry import find_poetry
from terrarium.analysis.pyproject import Pyproject, build_system, declared_by_project
from terrarium.analysis.requirement import parse_requirement
from terrarium.analysis.tree import Tree, base, join, parent
from terrarium.failure import Failure

_FILE_REFERENCE = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*@\s*file:[^;\s]*\s*(;.*)?\Z", re.DOTALL)


class LocalSources:
    """`of`: name, normalised → path of a folder or a wheel, for one project of the tree; a Failure for one that is not there, which matters
    only to who needs it (a source distribution leaves out what its documentation is built with)."""

    def __init__(self, tree: Tree):
        self.tree = tree

    def of(self, file: Pyproject | None, root: str) -> dict[str, str | Failure]:
        if file is None:
            return {}
        workspace = self._find_workspace(root)
        found = self._of_uv(workspace, parent(workspace.path), workspace) if workspace and workspace.path != file.path else {}
        return found | self._of_poetry(file, root) | self._of_uv(file, root, workspace)

    def _find_workspace(self, root: str) -> Pyproject | None:
        """The nearest folder upwards that has [tool.uv.workspace] and counts this one among its members, or is it itself."""
        folder = root
        while True:
            if self.tree.has(join(folder, "pyproject.toml")):
                file = Pyproject(self.tree, folder)
                if _dig(file.tool.data, "uv", "workspace") is not None and (folder == root or root in self._members(file).values()):
                    return file
            if not folder:
                return None
            folder = parent(folder)

    def _members(self, workspace: Pyproject) -> dict[str, str]:
        """Name → folder."""
        top = parent(workspace.path)
        table = workspace.tool.table("uv").table("workspace")
        members, excluded = table.strings("members") or [], table.strings("exclude") or []
        folders = [parent(path) for path in self.tree.paths if base(path) == "pyproject.toml" and path != workspace.path]
        found = {}
        for folder in sorted(folders):
            inside = folder[len(top) + 1:] if top else folder
            if (not top or folder.startswith(top + "/")) and _matches(inside, members) and not _matches(inside, excluded):
                if name := Pyproject(self.tree, folder).project.string("name"):
                    found[canonicalize_name(name)] = folder
        own = workspace.project.string("name")
        return found | ({canonicalize_name(own): top} if own else {})

    def _of_uv(self, file: Pyproject, root: str, workspace: Pyproject | None) -> dict[str, str | Failure]:
        found: dict[str, str | Failure] = {}
        sources = file.tool.table("uv").table("sources").data if isinstance(file.tool.data.get("uv"), dict) else {}
        for name, value in sources.items():
            for source in value if isinstance(value, list) else [value]:
                place = self._of_source(canonicalize_name(name), source, file, root, workspace)
                if place is not None:
                    found[canonicalize_name(name)] = place
        return found

    def _of_source(self, name: str, source: object, file: Pyproject, root: str, workspace: Pyproject | None) -> str | Failure | None:
        if not isinstance(source, dict):
            return None
        if source.get("workspace") is True:
            folder = self._members(workspace).get(name) if workspace else None
            if folder is None:
                return Failure("project/bad-metadata", f"Reading tool.uv.sources in {file.path}: {name} is to be a member of the workspace, and what was dropped has no such member.",
                               file.path, "Drop the whole workspace, and choose the project in it (on the command line: --project FOLDER).")
            return folder
        return self._inside(source["path"], root, name, file) if isinstance(source.get("path"), str) else None

    def _of_poetry(self, file: Pyproject, root: str) -> dict[str, str | Failure]:
        tables = [_dig(file.tool.data, "poetry", "dependencies")]
        groups = _dig(file.tool.data, "poetry", "group")
        tables += [_dig(group, "dependencies") for group in groups.values()] if isinstance(groups, dict) else []
        return {
            canonicalize_name(name): self._inside(value["path"], root, name, file)
            for table in tables if isinstance(table, dict) for name, value in table.items() if isinstance(value, dict) and isinstance(value.get("path"), str)
        }

    def _inside(self, path: str, root: str, name: str, file: Pyproject) -> str | Failure:
        place = normpath(join(root, path.replace("\\", "/")))
        if place.startswith(("..", "/")) or not (self.tree.has(place) or place == "." or self.tree.below(place)):
            return Failure("project/bad-metadata", f"Reading {file.path}: {name} is to lie in {path[:200]}, which is not among the files that were dropped.",
                           file.path, "Drop the folder that holds both, and choose the project in it (on the command line: --project FOLDER); or drop a wheel of it.")
        return "" if place == "." else place


def find_locals(tree: Tree, files: ProjectFiles, requirements: list[Requirement] | None, paths: dict[str, str]) -> tuple[list[dict], list[dict]]:
    """What the project needs of them, and what those need: (folders with how each is built, wheels). None: all, as only its backend knows. `paths`: those that requirements.txt names."""
    sources = LocalSources(tree)
    folders: dict[str, dict] = {}
    wheels: dict[str, dict] = {}
    queue = [(files, requirements)]
    for own, needed in queue:
        places = sources.of(own.pyproject, own.root) | (paths if own is files else {})
        names = places if needed is None else [name for name in _names(needed) if name in places]
        for name in names:
            place = places[name]
            if isinstance(place, Failure):
                raise place
            if tree.has(place):
                wheels[name] = {"name": name, "path": place}
            elif place != files.root and name not in folders:
                inner = ProjectFiles(tree, place)
                folders[name] = {"name": name, **_describe(tree, inner)}
                queue.append((inner, _requirements(inner.pyproject)))
    return [folders[name] for name in sorted(folders)], [wheels[name] for name in sorted(wheels)]


def _describe(tree: Tree, files: ProjectFiles) -> dict:
    layout, _ = make_layout(tree, files)
    return layout if layout["kind"] == "backend" else {"kind": "backend", **build_system(files.pyproject), "root": files.root}


def _requirements(file: Pyproject | None) -> list[Requirement] | None:
    """Extras included: who asks for one is not known here."""
    declared = [one for one in (declared_by_project(file) if file and file.has_project else None, find_poetry(file) if file else None) if one]
    if not declared or all(one.requirements is None for one in declared):
        return None if any("dependencies" in one.dynamic for one in declared) else []
    return [requirement for one in declared for requirement in [*(one.requirements or []), *(item for items in (one.extras or {}).values() for item in items)]]


def _names(requirements: list[Requirement]) -> list[str]:
    named = [match[1] if (match := _FILE_REFERENCE.match(one.text)) else parsed.name if (parsed := parse_requirement(one.text)) else "" for one in requirements]
    return list(dict.fromkeys(canonicalize_name(name) for name in named if name))


def without_path(requirement: Requirement, names: set[str]) -> Requirement:
    """`lib @ file:../lib` → `lib`, where it is one of ours."""
    match = _FILE_REFERENCE.match(requirement.text)
    if not match or canonicalize_name(match[1]) not in names:
        return requirement
    return Requirement(f"{match[1]}{match[2] or ''}{f' {match[3]}' if match[3] else ''}", requirement.path, requirement.line, requirement.hashes)


def _matches(path: str, patterns: list[str]) -> bool:
    """As uv has it: `*` stays within one folder."""
    return any(_fits(path.split("/"), pattern.strip("/").removeprefix("./").split("/")) for pattern in patterns)


def _fits(parts: list[str], pattern: list[str]) -> bool:
    if "**" in pattern:
        return fnmatchcase("/".join(parts), "/".join(pattern))
    return len(parts) == len(pattern) and all(map(fnmatchcase, parts, pattern))


def _dig(table: object, *keys: str) -> object:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table
