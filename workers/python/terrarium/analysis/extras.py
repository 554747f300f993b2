"""Chosen extras → their requirements; an extra that names the project itself (`app[all]` → `app[x,y]`) is followed, cycles end."""
from packaging.utils import canonicalize_name

from terrarium.analysis.declared import Requirement
from terrarium.analysis.requirement import parse_requirement
from terrarium.failure import Failure


def requirements_of_extras(name: str, extras: dict[str, list[Requirement]], chosen: list[str]) -> list[Requirement]:
    known = {canonicalize_name(extra): extra for extra in extras}
    for extra in chosen:
        if canonicalize_name(extra) not in known:
            raise _unknown(name, extra, list(extras))
    found: list[Requirement] = []
    queue = [(canonicalize_name(extra), "") for extra in chosen]
    seen = set(queue)
    for extra, marker in queue:
        for requirement in extras[known[extra]] if extra in known else []:
            inner = _own_extras(name, requirement, marker)
            if inner is None:
                found.append(_with_marker(requirement, marker))
                continue
            fresh = [step for step in inner if step not in seen]
            seen.update(fresh)
            queue.extend(fresh)
    return found


def _own_extras(name: str, requirement: Requirement, marker: str) -> list[tuple[str, str]] | None:
    """None where it asks for another distribution."""
    parsed = parse_requirement(requirement.text)
    if not parsed or canonicalize_name(parsed.name) != canonicalize_name(name):
        return None
    both = _both(marker, str(parsed.marker or ""))
    return [(canonicalize_name(extra), both) for extra in sorted(parsed.extras)]


def _both(first: str, second: str) -> str:
    # Equal markers are not repeated: a cycle would otherwise grow for ever and never meet itself.
    if not first or not second or first == second or f"({second})" in first:
        return first or second
    return f"({first}) and ({second})"


def _with_marker(requirement: Requirement, marker: str) -> Requirement:
    parsed = parse_requirement(requirement.text)
    if not marker or not parsed:
        return requirement
    both = _both(marker, str(parsed.marker or ""))
    parsed.marker = None
    return Requirement(f"{parsed} ; {both}", requirement.path, requirement.line, requirement.hashes)


def _unknown(name: str, extra: str, known: list[str]) -> Failure:
    expected = f"expected one of: {', '.join(known)}" if known else "the project has none"
    return Failure("project/needs-answer", f"Choosing extras of {name}: found no extra {extra!r}, {expected}.",
                   "Choose one of the project's own extras, or leave it out.")
