"""Import name ⇄ distribution, from a list kept by hand (`suggestions.json`). What is not in it gets no suggestion: equal names prove nothing."""
import json
from functools import cache
from pathlib import Path

from packaging.utils import canonicalize_name


@cache
def providers() -> dict[str, list[str]]:
    """Import name (dotted for namespaces) → distributions that provide it, the suggested one first."""
    data = json.loads(Path(__file__).with_name("suggestions.json").read_text("utf-8"))
    return {name: [name] for name in data["same"]} | data["other"]


def prefixes(module: str) -> list[str]:
    """`a.b.c` → `a.b.c`, `a.b`, `a`."""
    parts = module.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


def find_suggestion(module: str) -> str | None:
    known = providers()
    return next((known[prefix][0] for prefix in prefixes(module) if prefix in known), None)


def find_declared(module: str, declared: dict[str, str]) -> str | None:
    """`declared`: normalised name → name as written. By the list, or where the requirement is named like the import."""
    known = providers()
    for prefix in prefixes(module):
        for distribution in [*known.get(prefix, []), prefix]:
            if (name := canonicalize_name(distribution)) in declared:
                return declared[name]
    return None
