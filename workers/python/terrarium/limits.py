"""How much of anything from outside is read: the numbers of src/model/limits.ts, where each is explained. The engine sends what a person chose."""

#: Name → (standard, the most that it can be raised to).
TABLE = {
    "members": (50000, 1000000),
    "total": (1073741824, 2147483646),
    "member": (268435456, 1073741824),
    "ratio": (200, 1032),
    "path": (512, 4096),
    "segment": (255, 255),
    "depth": (40, 400),
    "listing": (62914560, 536870912),
    "metadata": (16777216, 67108864),
    "download": (2147483646, 2147483646),
    "project-file": (4194304, 67108864),
    "source": (2097152, 8388608),
    "sources": (67108864, 536870912),
    "nesting": (400, 400),
    "cells": (10000, 100000),
    "includes": (100, 10000),
    "requirement": (8192, 8192),
    "search-seconds": (20, 3600),
    "search-rounds": (100000, 10000000),
}
_given: dict[str, int] = {}
_own: dict[str, int] = {}


def use(given: dict[str, int]) -> None:
    """With every call: what differs from the table. What a project said of itself is forgotten."""
    global _given, _own
    _given, _own = {name: min(value, TABLE[name][1]) for name, value in given.items() if name in TABLE}, {}


def adopt(own: dict[str, int]) -> None:
    """What the project says itself, below what a person says."""
    global _own
    _own = own


def find(name: str) -> int:
    return _given.get(name, _own.get(name, TABLE[name][0]))


def explain(name: str, found: int | None = None) -> str:
    """The note of a refusal, in the words of explainLimit."""
    most = TABLE[name][1]
    if find(name) >= most:
        return f"The limit `{name}` cannot be raised beyond {most}."
    enough = most if found is None or found > most else found
    beyond = ", which is less than this needs" if found is not None and found > most else ""
    return f"To raise the limit: `--limit {name}={enough}` on the command line, or `limits = {{ {name} = {enough} }}` in [tool.terrarium]; {most} is the most{beyond}."
