"""setup.cfg → what its [metadata] and [options] declare, as setuptools reads them. `attr:` and `file:` are left to the backend."""
import configparser
import re

from terrarium.analysis.declared import Declared, Requirement
from terrarium.analysis.decode_text import decode_text, find_line
from terrarium.analysis.entry_points import entries_of_ini
from terrarium.analysis.source_roots import clean_roots
from terrarium.analysis.tree import Tree, join
from terrarium.failure import Failure

_COMPUTED = ("attr:", "file:")


class SetupCfg:
    def __init__(self, tree: Tree, root: str):
        self.path = join(root, "setup.cfg")
        self.text = decode_text(tree.read(self.path), self.path)
        self.parser = _parse(self.text, self.path)

    @property
    def declares_project(self) -> bool:
        return any(self.parser.has_section(section) for section in ("metadata", "options"))

    def get(self, section: str, key: str) -> str | None:
        """setuptools takes `install-requires` for `install_requires`."""
        for spelling in (key, key.replace("_", "-")):
            if self.parser.has_option(section, spelling):
                return (self.parser.get(section, spelling) or "").strip()
        return None

    def section(self, name: str) -> dict[str, str]:
        return {key: value or "" for key, value in self.parser.items(name)} if self.parser.has_section(name) else {}

    def requirements(self, value: str) -> list[Requirement]:
        separator = "\n" if "\n" in value else ";"
        lines = [re.split(r"(?:^|\s)#", line)[0].strip() for line in value.split(separator)]
        return [Requirement(line, self.path, find_line(self.text, line)) for line in lines if line]


def _parse(text: str, path: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    # Case matters in the names of commands.
    parser.optionxform = str
    try:
        parser.read_string(text)
    except configparser.Error as error:
        line = getattr(error, "lineno", None) or next((number for number, _ in getattr(error, "errors", [])), 0)
        raise Failure("project/bad-metadata", f"Reading {path}: a line is neither a section, a key nor a comment.",
                      f"{path}:{line}" if line else path, "Correct the line.") from None
    return parser


def find_setup_cfg(tree: Tree, root: str) -> SetupCfg | None:
    if not tree.has(join(root, "setup.cfg")):
        return None
    file = SetupCfg(tree, root)
    return file if file.declares_project else None


def declared_by_setup_cfg(file: SetupCfg) -> Declared:
    version = file.get("metadata", "version")
    declared = Declared("setup.cfg", file.get("metadata", "name"), requires_python=file.get("options", "python_requires"))
    if version and version.startswith(_COMPUTED):
        declared.dynamic |= {"version"}
    else:
        declared.version = version or None
    declared.source_roots = _roots(file)
    _add_requirements(declared, file)
    _add_entries(declared, file)
    return declared


def _add_requirements(declared: Declared, file: SetupCfg):
    required = file.get("options", "install_requires")
    if required is not None and required.startswith(_COMPUTED):
        declared.dynamic |= {"dependencies"}
    elif required is not None:
        declared.requirements = file.requirements(required)
    extras = file.section("options.extras_require")
    if extras:
        declared.extras = {extra: file.requirements(value) for extra, value in extras.items() if not value.strip().startswith(_COMPUTED)}


def _add_entries(declared: Declared, file: SetupCfg):
    section = file.section("options.entry_points")
    text = "".join(f"[{group}]\n{value}\n" for group, value in section.items())
    inline = file.get("options", "entry_points") or ""
    if inline.startswith(_COMPUTED):
        declared.dynamic |= {"scripts"}
        inline = ""
    lines = "\n".join(line.strip() for line in (text or inline).splitlines())
    declared.entries = entries_of_ini(lines, file.path, "setup.cfg") or None


def _roots(file: SetupCfg) -> list[str] | None:
    where = file.section("options.packages.find").get("where")
    if where:
        return clean_roots(where.replace(",", "\n").split())
    package_dir = file.get("options", "package_dir") or ""
    folders = [line.partition("=")[2].strip() for line in re.split(r"[\n,]", package_dir) if line.strip().startswith("=")]
    return clean_roots(folders) if folders else None
