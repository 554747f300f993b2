"""setup.py, read and never run → the keywords of its setup() call. What is not a literal is dynamic: the backend's business."""
import ast

from terrarium.analysis.declared import Declared, Requirement, warning
from terrarium.analysis.entry_points import GROUPS, entries_of_ini
from terrarium.analysis.parse_source import Unparsable, parse_source
from terrarium.analysis.source_roots import clean_roots
from terrarium.analysis.tree import Tree, join
from terrarium.failure import Failure


class SetupPy:
    """`call` is None where the file does not parse or calls no setup()."""

    def __init__(self, tree: Tree, root: str):
        self.path = join(root, "setup.py")
        self.problem: Unparsable | None = None
        self.module: ast.Module | None = None
        try:
            self.module = parse_source(tree.read(self.path))
        except Unparsable as problem:
            self.problem = problem
        self.call = _find_call(self.module) if self.module else None
        self.keywords = {keyword.arg: keyword.value for keyword in self.call.keywords} if self.call else {}
        self._constants = _find_constants(self.module) if self.module else {}

    @property
    def declares_project(self) -> bool:
        """A file that cannot be read may still be one, so it counts."""
        return self.problem is not None or self.call is not None

    def value(self, node: ast.expr | None):
        """The literal, or `Ellipsis` where it is computed."""
        if isinstance(node, ast.Name) and node.id in self._constants:
            node = self._constants[node.id]
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return ...

    def keyword(self, name: str):
        """None where it is not given; `Ellipsis` where it is computed or may come out of `**something`."""
        if name in self.keywords:
            return self.value(self.keywords[name])
        return ... if None in self.keywords else None


def _find_call(module: ast.Module) -> ast.Call | None:
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and called_name(node) == "setup"]
    return max(calls, key=lambda call: len(call.keywords), default=None)


def called_name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _find_constants(module: ast.Module) -> dict[str, ast.expr]:
    """Names that are bound once in the whole file, at its top, and never changed by a method or an index."""
    bound: dict[str, int] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            bound[node.id] = bound.get(node.id, 0) + 1
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.value, ast.Name):
            bound[node.value.id] = bound.get(node.value.id, 0) + 2
    return {
        target.id: node.value for node in module.body if isinstance(node, ast.Assign)
        for target in node.targets if isinstance(target, ast.Name) and bound[target.id] == 1
    }


def find_setup_py(tree: Tree, root: str) -> SetupPy | None:
    if not tree.has(join(root, "setup.py")):
        return None
    file = SetupPy(tree, root)
    return file if file.declares_project else None


def declared_by_setup_py(file: SetupPy) -> Declared:
    declared = Declared("setup.py")
    if file.problem:
        declared.warnings.append(warning(f"setup.py was not understood ({file.problem.reason}); its metadata is known after the build.",
                                         file.path, file.problem.line))
        declared.dynamic |= {"name", "version", "dependencies", "optional-dependencies", "scripts", "requires-python"}
        return declared
    for attribute, keyword, field in (("name", "name", "name"), ("version", "version", "version"), ("requires_python", "python_requires", "requires-python")):
        _take(declared, attribute, field, file.keyword(keyword), str)
    _add_requirements(declared, file)
    _add_extras(declared, file)
    _add_entries(declared, file)
    declared.source_roots = _roots(file)
    return declared


def _take(declared: Declared, attribute: str, field: str, value, kind):
    if isinstance(value, kind):
        setattr(declared, attribute, value)
    elif value is not None:
        declared.dynamic |= {field}


def _add_requirements(declared: Declared, file: SetupPy):
    _take(declared, "requirements", "dependencies", file.keyword("install_requires"), (list, tuple, str))
    if declared.requirements is not None:
        declared.requirements = _requirements(file, declared.requirements, file.keywords["install_requires"])
    elif "dependencies" in declared.dynamic:
        declared.warnings.append(warning("setup.py computes install_requires; what it requires is known after the build.", file.path,
                                         file.call.lineno))


def _requirements(file: SetupPy, values, node: ast.expr) -> list[Requirement]:
    texts = values.splitlines() if isinstance(values, str) else values
    lines = {child.value: child.lineno for child in ast.walk(file.module) if isinstance(child, ast.Constant) and isinstance(child.value, str)}
    for text in texts:
        if not isinstance(text, str):
            raise Failure("project/bad-metadata", f"Reading install_requires in {file.path}: found {text!r}, expected text.",
                          f"{file.path}:{node.lineno}")
    return [Requirement(text.strip(), file.path, lines.get(text, node.lineno)) for text in texts if text.strip()]


def _add_extras(declared: Declared, file: SetupPy):
    value = file.keyword("extras_require")
    _take(declared, "extras", "optional-dependencies", value, dict)
    if declared.extras is not None:
        node = file.keywords["extras_require"]
        declared.extras = {
            extra: _requirements(file, values, node) for extra, values in value.items()
            if isinstance(extra, str) and isinstance(values, (list, tuple, str))
        }


def _add_entries(declared: Declared, file: SetupPy):
    value = file.keyword("entry_points")
    if value is ...:
        declared.dynamic |= {"scripts"}
    elif isinstance(value, str):
        text = "\n".join(line.strip() for line in value.splitlines())
        declared.entries = entries_of_ini(text, file.path, "setup.py") or None
    elif isinstance(value, dict):
        declared.entries = entries_of_ini(_as_ini(value), file.path, "setup.py") or None


def _as_ini(groups: dict) -> str:
    lines = []
    for group in GROUPS:
        values = groups.get(group) or []
        values = values.splitlines() if isinstance(values, str) else values
        if isinstance(values, (list, tuple)):
            lines += [f"[{group}]", *(" ".join(str(value).split()) for value in values)]
    return "\n".join(lines)


def _roots(file: SetupPy) -> list[str] | None:
    package_dir = file.keyword("package_dir")
    folder = package_dir.get("") if isinstance(package_dir, dict) else None
    return clean_roots([folder]) if isinstance(folder, str) and folder else None
