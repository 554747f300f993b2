"""Imports found → standard library, the project, a declared requirement or undeclared; as `Analysis.imports`."""
from packaging.utils import canonicalize_name

from terrarium.analysis.declared import place, warning
from terrarium.analysis.module_facts import FoundImport, ModuleFacts
from terrarium.analysis.own_modules import OwnModule, OwnModules
from terrarium.analysis.requirement import parse_requirement
from terrarium.analysis.stdlib import GONE, PRESENT, PYTHON_2
from terrarium.analysis.suggestions import find_declared, find_suggestion, providers


#: Exists for type checkers alone.
TYPESHED = "_typeshed"


class Sorter:
    """`bare`: the app's folder is searched before the standard library; installed apps come after it."""

    def __init__(self, own: OwnModules, requirements: list[str], optional: list[str], bare: bool):
        self.own, self.bare = own, bare
        self.declared = _names(requirements)
        self.optional = _names(optional)
        self.warnings: list[dict] = []

    def sort(self, facts: ModuleFacts) -> list[dict]:
        found: dict[tuple, dict] = {}
        for item in facts.imports:
            for module in self._modules(item):
                entry = self._entry(module, item, facts.module)
                found.setdefault((entry["module"], item.line, entry["manner"]), entry)
        return list(found.values())

    def _modules(self, item: FoundImport) -> list[str]:
        """`from google.cloud import storage` names a module by both halves; `from json import loads` by its first."""
        inner = [f"{item.module}.{name}" for name in item.names]
        known = [module for module in inner if module in self.own.dotted or module in providers()
                 or "." in item.module and canonicalize_name(module) in self.declared]
        return known if inner and len(known) == len(inner) else [*known, item.module]

    def _entry(self, module: str, item: FoundImport, importer: OwnModule) -> dict:
        sort, distribution = self._classify(module, item, importer)
        entry = {"module": module, "place": place(importer.path, item.line), "sort": sort, "manner": item.manner}
        return entry | ({"distribution": distribution} if distribution else {})

    def _classify(self, module: str, item: FoundImport, importer: OwnModule) -> tuple[str, str | None]:
        top = module.partition(".")[0]
        if item.relative:
            return "project", None
        if not module:
            return "undeclared", None
        if self._is_own(top, importer):
            return "project", None
        if top in PRESENT:
            return "stdlib", None
        if distribution := find_declared(module, self.declared):
            return "declared", distribution
        if top in self.own.namespaces or top in self.own.vendored:
            return "project", None
        return self._classify_unknown(module, top, item, importer)

    def _classify_unknown(self, module: str, top: str, item: FoundImport, importer: OwnModule) -> tuple[str, str | None]:
        if top == TYPESHED and item.manner == "type-checking":
            return "stdlib", None
        if top in GONE or top in PYTHON_2:
            self._warn_gone(top, item, importer)
            return "stdlib", None
        return "undeclared", find_declared(module, self.optional) or find_suggestion(module)

    def _is_own(self, top: str, importer: OwnModule) -> bool:
        if top in self.own.regular or self.own.has_sibling(importer, top):
            return self.bare or top not in PRESENT
        return False

    def _warn_gone(self, top: str, item: FoundImport, importer: OwnModule):
        if item.manner in ("try", "type-checking", "conditional"):
            return
        since = f"Python {GONE[top]}" if top in GONE else "Python 3"
        self.warnings.append(warning(f"`{top}` left the standard library in {since}; the app needs an older Python, or a distribution that replaces it.",
                                     importer.path, item.line))


def _names(requirements: list[str]) -> dict[str, str]:
    parsed = [requirement for text in requirements if (requirement := parse_requirement(text))]
    return {canonicalize_name(requirement.name): requirement.name for requirement in parsed}


def stdlib_tops(imports: list[dict]) -> list[str]:
    tops = {found["module"].partition(".")[0] for found in imports if found["sort"] == "stdlib" and found["manner"] != "type-checking"}
    return sorted(tops & (PRESENT | GONE.keys()))
