"""[tool.poetry], where it stands instead of [project] → what it declares, its version ranges put into PEP 508."""
import re

from terrarium.analysis.declared import Declared, Requirement
from terrarium.analysis.decode_text import find_line
from terrarium.analysis.entry_points import entries_of_table
from terrarium.analysis.pyproject import Pyproject
from terrarium.analysis.source_roots import find_source_roots
from terrarium.failure import Failure

LONGEST_RANGE = 200
_PYTHON = "python"


def find_poetry(file: Pyproject) -> Declared | None:
    if not isinstance(file.tool.data.get("poetry"), dict):
        return None
    poetry = file.tool.table("poetry")
    table = poetry.table("dependencies").data
    scripts = {name: value for name, value in poetry.table("scripts").data.items() if isinstance(value, str)}
    return Declared(
        "[tool.poetry]", poetry.string("name"), poetry.string("version"), _python_range(table.get(_PYTHON)),
        None if file.has_project and not poetry.has("dependencies") else _requirements(file, table, optional=False),
        _extras(file, table), entries_of_table(scripts, False, "[tool.poetry.scripts]", file.path) or None,
        find_source_roots(file.tool),
    )


def _python_range(value) -> str | None:
    return ranges(value) or None if isinstance(value, str) else None


def _requirements(file: Pyproject, table: dict, optional: bool) -> list[Requirement]:
    return [
        Requirement(_requirement(file, name, choice), file.path, find_line(file.text, f"{name} =") or find_line(file.text, name))
        for name, value in table.items() if name != _PYTHON
        for choice in (value if isinstance(value, list) else [value])
        if _is_optional(choice) == optional
    ]


def requirements_of_table(file: Pyproject, table: dict) -> list[Requirement]:
    """Those of a group, which knows no optional ones."""
    return _requirements(file, table, optional=False)


def _is_optional(value) -> bool:
    return isinstance(value, dict) and value.get("optional") is True


def _extras(file: Pyproject, table: dict) -> dict[str, list[Requirement]] | None:
    extras = file.tool.table("poetry").table("extras")
    return {
        extra: [requirement for name in extras.strings(extra) or [] if name in table for requirement in _requirements(file, {name: table[name]}, True)]
        for extra in extras.data
    } or None


def _requirement(file: Pyproject, name: str, value) -> str:
    if isinstance(value, str):
        return f"{name}{ranges(value)}"
    if not isinstance(value, dict):
        raise Failure("project/bad-metadata", f"Reading tool.poetry.dependencies.{name} in {file.path}: expected text or a table.", file.path)
    extras = ",".join(str(extra) for extra in value.get("extras") or [])
    head = f"{name}[{extras}]" if extras else name
    if address := _address(value):
        return f"{head} @ {address}"
    markers = [f"({value['markers']})"] if isinstance(value.get("markers"), str) else []
    markers += _python_markers(value.get("python"))
    return f"{head}{ranges(str(value.get('version', '*')))}" + (f" ; {' and '.join(markers)}" if markers else "")


def _address(value: dict) -> str | None:
    if isinstance(value.get("git"), str):
        return f"git+{value['git']}"
    if isinstance(value.get("path"), str):
        return f"file:{value['path']}"
    return value["url"] if isinstance(value.get("url"), str) else None


def _python_markers(value) -> list[str]:
    if not isinstance(value, str):
        return []
    parts = re.findall(r"(===|~=|==|!=|<=|>=|<|>)\s*([^,\s]+)", ranges(value))
    return [f'python_full_version {operator} "{version}"' for operator, version in parts]


def ranges(text: str) -> str:
    """`^1.2` → `>=1.2,<2`. Alternatives (`||`) have no counterpart and become no limit; the built wheel says it exactly."""
    if "|" in text or len(text) > LONGEST_RANGE:
        return ""
    return ",".join(part for part in (_range(part.strip()) for part in re.split(r",|(?<=\d)\s+(?=[<>=!^~])", text)) if part)


def _range(text: str) -> str:
    if text in ("", "*"):
        return ""
    numbers = [int(number) for number in re.findall(r"\d+", text)[:4]]
    if text[0] == "^":
        at = next((index for index, number in enumerate(numbers) if number), max(0, len(numbers) - 1))
        return f">={text[1:].strip()},<{_raised(numbers, at)}"
    if text[0] == "~" and not text.startswith("~="):
        return f">={text[1:].strip()},<{_raised(numbers, min(1, len(numbers) - 1))}"
    return text if text[0] in "<>=!~" else f"=={text}"


def _raised(numbers: list[int], at: int) -> str:
    return ".".join(str(number) for number in [*numbers[:at], numbers[at] + 1]) if numbers else "1"
