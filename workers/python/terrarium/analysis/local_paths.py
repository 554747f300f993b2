"""`./lib`, `-e ./lib[fast]; marker`, `./wheels/lib-1.0-py3-none-any.whl` → where that lies among what was dropped, and the requirement that it stands for."""
import re
from posixpath import normpath

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from terrarium.analysis.layout import ProjectFiles
from terrarium.analysis.poetry import find_poetry
from terrarium.analysis.setup_cfg import declared_by_setup_cfg
from terrarium.analysis.setup_py import declared_by_setup_py
from terrarium.analysis.tree import Tree, base, join

_PATH = re.compile(r"(?P<path>[^\[;]+?)\s*(?P<extras>\[[^\]]*\])?\s*(?P<marker>;.*)?\Z", re.DOTALL)


class Refused(ValueError):
    """A clause that says why; the path before it."""


def read_local_path(tree: Tree, folder: str, text: str) -> tuple[str, str, str]:
    """(name, place, requirement). `folder`: of the file that says so."""
    match = _PATH.match(text.removeprefix("file:"))
    path = match["path"].replace("\\", "/") if match else ""
    place = normpath(join(folder, path)) if path and not path.startswith("/") and path[1:2] != ":" else ".."
    if place.startswith(".."):
        raise Refused("is a path outside the project; drop the folder that holds both, or a wheel of it")
    name = _name_of_wheel(tree, place) if tree.has(place) else _name_of_folder(tree, place)
    return name, place, f"{name}{match['extras'] or ''}{' ' + match['marker'] if match['marker'] else ''}"


def _name_of_wheel(tree: Tree, place: str) -> str:
    try:
        return str(parse_wheel_filename(base(place))[0])
    except InvalidWheelFilename:
        raise Refused("is a file of the project that is no wheel; drop a wheel of it, or its folder") from None


def _name_of_folder(tree: Tree, place: str) -> str:
    if not tree.below(place):
        raise Refused("is a path that is not among what was dropped; drop the folder that holds both, or a wheel of it")
    files = ProjectFiles(tree, place)
    found = [
        files.pyproject and files.pyproject.project.string("name"), files.pyproject and (poetry := find_poetry(files.pyproject)) and poetry.name,
        files.setup_py and declared_by_setup_py(files.setup_py).name, files.setup_cfg and declared_by_setup_cfg(files.setup_cfg).name,
    ]
    name = next(filter(None, found), None)
    if not files.declares_project or name is None:
        raise Refused("is a folder that is no project with a name (pyproject.toml, setup.cfg or setup.py); its modules are packed as they stand, leave the line out")
    return name
