"""What can be started: declared commands, packages with `__main__`, scripts with a main guard; and which of them is likeliest meant."""
import re

from packaging.utils import canonicalize_name

from terrarium.analysis.module_facts import ModuleFacts
from terrarium.analysis.own_modules import OwnModule, OwnModules

#: File names that say "start me", the likeliest first; the project's own name comes after `main`.
USUAL = ("main", "app", "cli", "run", "start", "server", "gui", "manage")


def find_entries(name: str, declared: list[dict], own: OwnModules, facts: dict[str, ModuleFacts], kind: str, bare: bool) -> list[dict]:
    """Declared ones first, then the likeliest first. `kind`: as in the request."""
    modules = [module for module in own.modules if not module.is_vendored and (bare or module.in_package)]
    mains = [_main_entry(module, name, bare) for module in modules if module.dotted.rpartition(".")[2] == "__main__"]
    if declared and not bare:
        return declared + new_names(declared, [entry for entry in _by_rank(mains, name) if "." not in entry["value"]])
    guarded = [_script_entry(module, bare, f"main guard in {module.path}:{facts[module.path].main_guard}")
               for module in modules if _has_guard(module, facts)]
    found = declared + _by_rank(mains + guarded, name)
    if bare and not found:
        found = _unguarded(own, facts, name, kind)
    return _with_distinct_names(found)


def _has_guard(module: OwnModule, facts: dict[str, ModuleFacts]) -> bool:
    return module.path in facts and facts[module.path].main_guard > 0 and not module.dotted.endswith("__main__")


def new_names(declared: list[dict], entries: list[dict]) -> list[dict]:
    """`python -m httpie` beside a command `httpie` is the same thing twice."""
    taken = {canonicalize_name(entry["name"]) for entry in declared}
    return [entry for entry in entries if canonicalize_name(entry["name"]) not in taken]


def _main_entry(module: OwnModule, name: str, bare: bool) -> dict:
    package = _dotted(module, bare).rpartition(".")[0]
    if module.in_package and package:
        return _entry(package.rpartition(".")[2], "module", package, module, module.path)
    folder = module.inner_path.rpartition("/")[0].rpartition("/")[2]
    return _entry(folder or name, "script", module.inner_path, module, module.path)


def _script_entry(module: OwnModule, bare: bool, origin: str) -> dict:
    """Inside a package it is started as a module, so that its relative imports work."""
    name = module.dotted.rpartition(".")[2]
    if module.in_package:
        return _entry(name, "module", _dotted(module, bare), module, origin)
    return _entry(name, "script", module.inner_path, module, origin)


def _dotted(module: OwnModule, bare: bool) -> str:
    return module.dotted_from_top if bare else module.dotted


def _entry(name: str, kind: str, value: str, module: OwnModule, origin: str) -> dict:
    clean = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "app"
    return {"name": clean, "kind": kind, "value": value, "windowed": module.path.endswith(".pyw"), "origin": origin}


def _unguarded(own: OwnModules, facts: dict[str, ModuleFacts], name: str, kind: str) -> list[dict]:
    """Plain scripts: the one that was dropped, the only one, or those with a usual name."""
    tops = [module for module in own.modules if not module.in_package and not module.is_package]
    if len(tops) == 1:
        origin = "the script that was dropped" if kind == "script" else "the only script"
        return [_script_entry(tops[0], True, origin)]
    usual = [module for module in tops if _rank_of_name(module.dotted.rpartition(".")[2], name) <= len(USUAL)]
    chosen = usual or [module for module in tops if module.path in facts and facts[module.path].does_something]
    return _by_rank([_script_entry(module, True, f"the name of {module.path}" if usual else f"statements in {module.path}") for module in chosen], name)


def _by_rank(entries: list[dict], name: str) -> list[dict]:
    return sorted(entries, key=lambda entry: _rank(entry, name))


def _rank(entry: dict, name: str) -> tuple:
    """A `__main__` before scripts; shallow before deep; usual names before others."""
    value = entry["value"]
    depth = value.count("/") + (value.count(".") if entry["kind"] == "module" else 0)
    is_main = entry["origin"].endswith(("__main__.py", "__main__.pyw"))
    if is_main:
        return (0, depth, entry["name"] != _module_name(name), entry["name"])
    return (1, depth, _rank_of_name(entry["name"], name), value)


def _rank_of_name(module: str, name: str) -> int:
    if canonicalize_name(module) == canonicalize_name(name):
        return 1
    return USUAL.index(module.lower()) + (module.lower() != "main") if module.lower() in USUAL else len(USUAL) + 1


def _is_likely(entry: dict, name: str) -> bool:
    return _rank(entry, name)[0] == 0 or _rank_of_name(entry["name"], name) <= len(USUAL)


def _module_name(name: str) -> str:
    return canonicalize_name(name).replace("-", "_")


def _with_distinct_names(entries: list[dict]) -> list[dict]:
    """A command's name is its handle: a second `main` takes its folder's name before it."""
    taken: set[str] = set()
    for entry in entries:
        if entry["name"] in taken:
            entry["name"] = re.sub(r"[^\w.-]+", "-", re.sub(r"\.pyw?$", "", entry["value"].replace("/", "-")))
        while entry["name"] in taken:
            entry["name"] += "-2"
        taken.add(entry["name"])
    return entries


def choose_entry(name: str, entries: list[dict], bare: bool = False) -> int:
    """Index of the likeliest; -1 where there is none. A library's main guards are self-tests: only a usual name makes one likely."""
    declared = [index for index, entry in enumerate(entries) if entry["kind"] == "function"]
    named = [index for index in declared if canonicalize_name(entries[index]["name"]) == canonicalize_name(name)]
    if named:
        return named[0]
    if len(declared) == 1:
        return declared[0]
    mains = [index for index, entry in enumerate(entries) if entry["kind"] == "module" and canonicalize_name(entry["value"]) == canonicalize_name(name)]
    likely = [index for index, entry in enumerate(entries) if bare or _is_likely(entry, name)]
    return (mains or declared or likely[:1] or ([0] if len(entries) == 1 else [-1]))[0]
