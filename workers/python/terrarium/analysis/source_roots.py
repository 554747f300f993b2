"""Where a build backend is told to find modules, by its table below [tool] → folders that imports count from."""
import re

from terrarium.analysis.parse_toml import Table


def find_source_roots(tool: Table) -> list[str] | None:
    """None where nothing is said, which is the rule: then `src` or the top is meant."""
    found = _of_setuptools(tool.data) or _of_hatch(tool.data) or _of_poetry(tool.data) or _strings(_dig(tool.data, "pdm", "build", "package-dir"))
    return clean_roots(found) if found else None


def clean_roots(folders: list[str]) -> list[str] | None:
    cleaned = [re.sub(r"^(\./)+|/+$", "", folder.replace("\\", "/")) for folder in folders]
    unique = dict.fromkeys("" if folder == "." else folder for folder in cleaned)
    return [folder for folder in unique if ".." not in folder.split("/") and not folder.startswith("/")] or None


def _of_setuptools(tool: dict) -> list[str]:
    return _strings(_dig(tool, "setuptools", "packages", "find", "where")) or _strings(_dig(tool, "setuptools", "package-dir", ""))


def _of_hatch(tool: dict) -> list[str]:
    packages = _strings(_dig(tool, "hatch", "build", "targets", "wheel", "packages"))
    return [package.strip("/").rpartition("/")[0] or "." for package in packages]


def _of_poetry(tool: dict) -> list[str]:
    packages = _dig(tool, "poetry", "packages")
    tables = [package for package in packages if isinstance(package, dict)] if isinstance(packages, list) else []
    return [folder for package in tables for folder in _strings(package.get("from", "."))]


def _dig(table: object, *keys: str) -> object:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table


def _strings(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]
