"""The verb `analyse`: a folder of files → src/model/analysis.ts. None of the project's code runs."""
import gc

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from terrarium import limits
from terrarium.analysis.declared import Requirement, place, warning
from terrarium.analysis.entries import choose_entry, find_entries
from terrarium.analysis.extension_sources import check_no_extension_sources
from terrarium.analysis.extras import requirements_of_extras
from terrarium.analysis.groups import list_groups, requirements_of_groups
from terrarium.analysis.index_sources import find_index_sources
from terrarium.analysis.layout import ProjectFiles, find_project, list_projects, make_layout
from terrarium.analysis.local_sources import find_locals, without_path
from terrarium.analysis.locks import choose_lock, find_locks
from terrarium.analysis.metadata import Metadata, read_metadata
from terrarium.analysis.module_facts import ModuleFacts, read_module_facts
from terrarium.analysis.name_and_version import check_name, check_version, derive_name, is_version
from terrarium.analysis.own_options import read_options
from terrarium.analysis.own_modules import OwnModules, find_own_modules
from terrarium.analysis.parse_source import Unparsable, check_size, parse_source
from terrarium.analysis.pep723 import find_script_block
from terrarium.analysis.requirement import check_requirements
from terrarium.analysis.shadows import find_shadows
from terrarium.analysis.sort_imports import Sorter, stdlib_tops
from terrarium.analysis.tree import Tree, base, is_below, join
from terrarium.failure import Failure

_WHAT_TO_DROP = "Drop the folder or archive that has the Python files (.py) in it."


def analyse(request: dict, blobs) -> dict:
    tree = Tree(request["root"])
    if not tree.paths:
        raise Failure("project/empty", f"Analysing {request['source']}: found no files, expected a Python project.", _WHAT_TO_DROP)
    if request["kind"] == "wheel":
        return _analysis_of_wheel(tree, request)
    return _Analysis(tree, request).run()


class _Analysis:
    """One run, step by step; each step may add warnings."""

    def __init__(self, tree: Tree, request: dict):
        self.tree, self.request = tree, request
        self.warnings: list[dict] = []
        self.options: dict = {}

    def run(self) -> dict:
        files, noted = find_project(self.tree, self.request.get("project") or "")
        if files.pyproject:
            self.options = read_options(files.pyproject.tool, files.pyproject.text, 1, self.tree, files.root)
            limits.adopt(self.options.get("limits", {}))
        layout, more = make_layout(self.tree, files)
        self.files, self.bare, self.root = files, layout["kind"] == "bare", files.root
        metadata = read_metadata(self.tree, files)
        # A folder that requirements.txt names is no stranger there.
        self.warnings += [one for one in noted if one.get("place", {}).get("path") not in metadata.paths.values()] + more
        if not self.bare:
            check_no_extension_sources(self.tree, self.root, files.pyproject, files.setup_py, layout["requires"], layout["backend"])
            if files.pyproject:
                check_requirements(files.pyproject.requirements(layout["requires"]))
        self.name = self._name(metadata, files)
        own = find_own_modules(self.tree, self.root, metadata.declared.source_roots, self.bare)
        if self.bare and not own.modules:
            raise Failure("project/empty", f"Analysing {self.request['source']}: found no Python file and no metadata, expected either.", _WHAT_TO_DROP)
        facts = self._read_modules(own)
        entries = find_entries(self.name, metadata.declared.entries or [], own, facts, self.request["kind"], self.bare)
        preferred = choose_entry(self.name, entries, self.bare)
        self._add_script_block(metadata, entries, preferred)
        return self._answer(metadata, layout, own, facts, entries, preferred)

    def _name(self, metadata: Metadata, files: ProjectFiles) -> str:
        declared = metadata.declared.name
        if declared is not None:
            return check_name(declared, _source_path(files))
        given = self._chosen("name")
        return check_name(given, "what was given") if given else derive_name(self.request["source"])

    def _chosen(self, option: str):
        """What a person says comes before what the project says of itself; None where neither does."""
        value = self.request.get(option)
        return self.options.get(option) if value is None else value

    def _version(self, metadata: Metadata, facts: dict[str, ModuleFacts], entries: list[dict], preferred: int) -> tuple[str | None, str]:
        """The version and where it comes from. Nothing is made up: without any, the pipeline asks."""
        declared, given = metadata.declared.version, self._chosen("version")
        if declared is not None:
            source = metadata.declared.taken_from["version"]
            return check_version(declared, source), source
        if given:
            return check_version(given, "what was given", "project/needs-answer"), "given" if self.request.get("version") else "[tool.terrarium]"
        if not self.bare:
            _check_version_promised(metadata)
            return None, "backend"
        return _version_of_source(self.name, facts, entries, preferred)

    def _read_modules(self, own: OwnModules) -> dict[str, ModuleFacts]:
        """Syntax trees have no cycles, and looking for some among a million nodes takes longer than all the rest."""
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            return self._read_each(own)
        finally:
            if was_enabled:
                gc.enable()

    def _read_each(self, own: OwnModules) -> dict[str, ModuleFacts]:
        facts, total = {}, 0
        for module in own.modules:
            total += self.tree.size(module.path)
            # Parsing takes a second per 5 MB in Pyodide.
            if total > (most := limits.find("sources")):
                self.warnings.append(warning(f"Only the first {most} bytes of source were analysed; {module.path} and what follows were not (`--limit sources=…` raises that)."))
                break
            if found := self._read_module(module):
                facts[module.path] = found
        return facts

    def _read_module(self, module) -> ModuleFacts | None:
        try:
            check_size(self.tree.size(module.path))
            return read_module_facts(parse_source(self.tree.read(module.path, "source")), module)
        except Unparsable as problem:
            self.warnings.append(warning(f"{module.path} was not analysed: {problem.reason}.", module.path, problem.line))
            return None

    def _add_script_block(self, metadata: Metadata, entries: list[dict], preferred: int):
        """Counts where nothing else says what is required: for the script that would be started."""
        if not self.bare or metadata.declared.requirements is not None or preferred < 0 or entries[preferred]["kind"] != "script":
            return
        if block := find_script_block(self.tree, join(self.root, entries[preferred]["value"])):
            self.options = read_options(block.tool, block.text, 1, self.tree, self.root)
            self.name = self._name(metadata, self.files)
            metadata.declared.requirements = block.requirements
            metadata.declared.requires_python = metadata.declared.requires_python or block.requires_python

    def _answer(self, metadata: Metadata, layout: dict, own: OwnModules, facts, entries: list[dict], preferred: int) -> dict:
        declared = metadata.declared
        grouped = requirements_of_groups(self.files.pyproject, self._chosen("groups") or [])
        folders, wheels = self._locals(metadata, grouped)
        requirements, grouped = self._requirements(metadata, [*folders, *wheels]), self._without_paths(grouped, [*folders, *wheels])
        sources, told = find_index_sources(self.files.pyproject)
        lock, noted = choose_lock(self.tree, self.root, self._chosen("lock"))
        sorter = Sorter(own, [item["requirement"] for item in [*requirements, *grouped]], _all_optional(declared.extras), self.bare)
        imports = [found for fact in facts.values() for found in sorter.sort(fact)]
        version, origin = self._version(metadata, facts, entries, preferred)
        _check_requires_python(declared.requires_python, metadata)
        # Where a requirement is a folder of the project, its modules stand there under its own name.
        shadows = [one for one in find_shadows(own, sorter.declared, self.name, self.bare) if not any(is_below(one["place"]["path"], folder) for folder in metadata.paths.values())]
        answer = {
            "name": self.name,
            "versionOrigin": origin,
            "requirements": requirements,
            "constraints": [item["requirement"] for item in check_requirements(metadata.constraints)],
            "extras": list(declared.extras or {}),
            "groups": list_groups(self.files.pyproject),
            "groupRequirements": grouped,
            "chosen": {"extras": self._chosen("extras") or [], "groups": self._chosen("groups") or []},
            "options": self.options,
            "projects": self._projects(),
            "project": self.root,
            "locals": folders,
            "localWheels": wheels,
            "sources": sources,
            "locks": find_locks(self.tree, self.root),
            "layout": layout,
            "entries": entries,
            "preferredEntry": preferred,
            "imports": imports,
            "stdlib": stdlib_tops(imports),
            "fileUses": [place(path, line) for path, fact in facts.items() for line in fact.file_lines],
            "warnings": self.warnings + noted + told + metadata.warnings + shadows + sorter.warnings + _missing_modules(own, entries),
        }
        optional = {"version": version, "requiresPython": declared.requires_python, "lock": lock}
        return answer | {key: value for key, value in optional.items() if value}

    def _requirements(self, metadata: Metadata, own: list[dict]) -> list[dict]:
        return self._without_paths(self._wanted(metadata), own)

    def _wanted(self, metadata: Metadata) -> list[Requirement]:
        declared = metadata.declared
        return [*(declared.requirements or []), *requirements_of_extras(self.name, declared.extras or {}, self._chosen("extras") or [])]

    def _locals(self, metadata: Metadata, grouped: list[Requirement]) -> tuple[list[dict], list[dict]]:
        known = metadata.declared.requirements is not None or "dependencies" not in metadata.declared.dynamic
        return find_locals(self.tree, self.files, [*self._wanted(metadata), *grouped] if known else None, metadata.paths)

    def _without_paths(self, requirements: list[Requirement], own: list[dict]) -> list[dict]:
        names = {one["name"] for one in own}
        return check_requirements([without_path(requirement, names) for requirement in requirements])

    def _projects(self) -> list[str]:
        """To choose from; one is no choice."""
        projects = list_projects(self.tree) if self.request.get("project") or not self.bare else []
        return projects if len(projects) > 1 else []


def _all_optional(extras: dict[str, list[Requirement]] | None) -> list[str]:
    return [requirement.text for values in (extras or {}).values() for requirement in values]


def _source_path(files: ProjectFiles) -> str:
    if files.pyproject and (files.pyproject.has_project or "poetry" in files.pyproject.tool.data):
        return files.pyproject.path
    return (files.setup_cfg or files.setup_py).path if files.setup_cfg or files.setup_py else join(files.root, "PKG-INFO")


def _check_requires_python(text: str | None, metadata: Metadata):
    try:
        if text is not None:
            SpecifierSet(text)
    except (InvalidSpecifier, ValueError):
        source = metadata.declared.source or "the script block"
        raise Failure("project/bad-metadata", f"Reading the Python versions in {source}: found {text[:100]!r}, expected ranges such as `>=3.11`.", source) from None


def _check_version_promised(metadata: Metadata):
    """[project] without a version must call it dynamic (PEP 621)."""
    if metadata.declared.complete and "version" not in metadata.declared.dynamic:
        raise Failure("project/bad-metadata", "Reading [project] in pyproject.toml: found neither a version nor `version` among the dynamic fields, expected one of them.",
                      "pyproject.toml", 'Add `version = "…"` below [project].')


def _version_of_source(name: str, facts: dict[str, ModuleFacts], entries: list[dict], preferred: int) -> tuple[str | None, str]:
    """`__version__` of what is started, of the package that holds it, or of the package named like the project."""
    value = entries[preferred]["value"].partition(":")[0] if preferred >= 0 else ""
    wanted = [value, value.partition(".")[0], name.replace("-", "_")]
    for fact in sorted(facts.values(), key=lambda fact: _position(fact, wanted)):
        if fact.version and is_version(fact.version) and _position(fact, wanted) < len(wanted):
            return fact.version, f"__version__ in {fact.module.path}:{fact.version_line}"
    return None, "unknown"


def _position(fact: ModuleFacts, wanted: list[str]) -> int:
    return next((index for index, name in enumerate(wanted) if name in (fact.module.inner_path, fact.module.dotted, fact.module.dotted_from_top)), len(wanted))


def _missing_modules(own: OwnModules, entries: list[dict]) -> list[dict]:
    """Commands whose module is not among the project's files; a build may still make it."""
    return [
        warning(f"The command {entry['name']} starts {entry['value']}, but the project has no module {module}.")
        for entry in entries if entry["kind"] == "function" and (module := entry["value"].partition(":")[0]) not in own.dotted
    ]


def _analysis_of_wheel(tree: Tree, request: dict) -> dict:
    """Only what the file name says; `wheel_metadata` reads the rest, from members that the strict reader accepted."""
    filename = next((base(path) for path in tree.paths if path.endswith(".whl")), request["source"])
    try:
        name, version, _, _ = parse_wheel_filename(filename)
    except InvalidWheelFilename as error:
        raise Failure("wheel/invalid", f"Reading the file name {filename[:200]}: {str(error)[:200]}.", filename[:200]) from None
    return {
        "name": name, "version": str(version), "versionOrigin": "the wheel's file name", "requirements": [], "constraints": [], "extras": [],
        "groups": [], "groupRequirements": [], "chosen": {"extras": [], "groups": []}, "options": {}, "projects": [], "project": "", "locals": [], "localWheels": [], "sources": {"indexes": [], "from": {}}, "locks": [],
        "layout": {"kind": "wheel", "filename": filename}, "entries": [], "preferredEntry": -1, "imports": [], "stdlib": [], "fileUses": [], "warnings": [],
    }
