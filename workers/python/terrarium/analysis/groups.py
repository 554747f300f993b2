"""Dependency groups (PEP 735), those of [tool.poetry], [tool.pdm.dev-dependencies] and [tool.uv] dev-dependencies included → the requirements of the chosen ones."""
from packaging.utils import canonicalize_name

from terrarium.analysis.declared import Requirement
from terrarium.analysis.decode_text import find_line
from terrarium.analysis.poetry import requirements_of_table
from terrarium.analysis.pyproject import Pyproject
from terrarium.failure import Failure

_NOTE = "A group is an array of requirements and of tables `{include-group = \"…\"}` (PEP 735)."


def list_groups(file: Pyproject | None) -> list[str]:
    return list(_find_groups(file)) if file else []


def requirements_of_groups(file: Pyproject | None, chosen: list[str]) -> list[Requirement]:
    groups = _find_groups(file) if file else {}
    found: list[Requirement] = []
    for name in chosen:
        _add(file, groups, canonicalize_name(name), [], found)
    return list({requirement.text: requirement for requirement in found}.values())


def _find_groups(file: Pyproject) -> dict[str, object]:
    """Name, normalised → its items; where two tables name the same group, PEP 735's counts."""
    tool = file.tool.data
    pdm, poetry, uv = tool.get("pdm"), tool.get("poetry"), tool.get("uv")
    groups: dict[str, object] = {}
    if isinstance(pdm, dict) and isinstance(pdm.get("dev-dependencies"), dict):
        groups |= {canonicalize_name(name): items for name, items in pdm["dev-dependencies"].items()}
    if isinstance(poetry, dict) and isinstance(poetry.get("group"), dict):
        groups |= {canonicalize_name(name): table for name, table in poetry["group"].items()}
    if isinstance(uv, dict) and isinstance(uv.get("dev-dependencies"), list):
        groups["dev"] = uv["dev-dependencies"]
    return groups | {canonicalize_name(name): items for name, items in file.top.table("dependency-groups").data.items()}


def _add(file: Pyproject | None, groups: dict[str, object], name: str, stack: list[str], found: list[Requirement]):
    if name in stack:
        raise _wrong(file, name, f"it includes itself ({' → '.join([*stack[stack.index(name):], name])})")
    if name not in groups:
        raise _unknown(name, list(groups), stack)
    items = groups[name]
    if isinstance(items, dict):
        found += requirements_of_table(file, items.get("dependencies") if isinstance(items.get("dependencies"), dict) else {})
        return
    for item in items if isinstance(items, list) else [None]:
        if isinstance(item, str):
            found.append(Requirement(item, file.path, file.line(item)))
        elif isinstance(item, dict) and list(item) == ["include-group"] and isinstance(item["include-group"], str):
            _add(file, groups, canonicalize_name(item["include-group"]), [*stack, name], found)
        else:
            raise _wrong(file, name, "it holds something that is neither a requirement nor the name of a group")


def _wrong(file: Pyproject, name: str, what: str) -> Failure:
    line = find_line(file.text, f"\n{name} =")
    return Failure("project/bad-metadata", f"Reading the dependency group {name} in {file.path}: {what}.", f"{file.path}:{line + 1}" if line else file.path, _NOTE)


def _unknown(name: str, known: list[str], stack: list[str]) -> Failure:
    expected = f"expected one of: {', '.join(known)}" if known else "the project has none"
    where = f", which {stack[-1]} includes," if stack else ""
    return Failure("project/needs-answer", f"Choosing dependency groups: found no group {name!r}{where} {expected}." if where else f"Choosing dependency groups: found no group {name!r}, {expected}.",
                   "Choose one of the project's own groups, or leave it out.")
