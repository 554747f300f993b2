"""One module's syntax tree → what it imports and how, where it reads `__file__`, its main guard, its `__version__`. Walks without recursion."""
import ast
from dataclasses import dataclass, field

from terrarium.analysis.dynamic_imports import find_dynamic, modules_run, resolve_relative
from terrarium.analysis.own_modules import OwnModule

#: Weakest first: an import under several conditions is called by the strongest.
MANNERS = ("plain", "lazy", "conditional", "try", "type-checking")
_FORGIVING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LEAVES = {ast.Constant, ast.Load, ast.Store, ast.Del}
_FILE_NAMES = ("__file__", "__path__")


@dataclass
class FoundImport:
    #: Full dotted name; empty where computed.
    module: str
    #: Names taken from it (`from module import a, b`): they may be modules too.
    names: list[str]
    line: int
    manner: str
    #: True for `from . import x`, which cannot leave the project.
    relative: bool = False


@dataclass
class ModuleFacts:
    module: OwnModule
    imports: list[FoundImport] = field(default_factory=list)
    file_lines: list[int] = field(default_factory=list)
    #: Line of `if __name__ == "__main__"`; 0 without.
    main_guard: int = 0
    version: str | None = None
    version_line: int = 0
    #: False for modules that only define things: no statement of theirs does anything when run.
    does_something: bool = False


def read_module_facts(syntax: ast.Module, module: OwnModule) -> ModuleFacts:
    facts = ModuleFacts(module)
    _Walk(facts).run(syntax)
    facts.imports.sort(key=lambda found: found.line)
    facts.file_lines = sorted(set(facts.file_lines))
    _read_top(syntax, facts)
    return facts


def _read_top(syntax: ast.Module, facts: ModuleFacts):
    for node in syntax.body:
        if isinstance(node, ast.If) and _is_main_guard(node.test):
            facts.main_guard = facts.main_guard or node.lineno
        elif _is_version(node):
            facts.version, facts.version_line = node.value.value, node.lineno
        facts.does_something |= isinstance(node, (ast.For, ast.While, ast.With)) or isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def _is_version(node: ast.stmt) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    named = any(isinstance(target, ast.Name) and target.id == "__version__" for target in targets)
    return named and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_main_guard(test: ast.expr) -> bool:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = [test.left, test.comparators[0]]
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides) \
        and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)


class _Walk:
    def __init__(self, facts: ModuleFacts):
        self.facts = facts
        self.stack: list[tuple[ast.AST, str]] = []
        #: Local names of renamed functions: `from importlib import import_module as load`.
        self.aliases: dict[str, str] = {}
        #: Looked at last, when all aliases are known.
        self.calls: list[ast.Call] = []

    def run(self, syntax: ast.Module):
        self.stack = [(node, "plain") for node in syntax.body]
        while self.stack:
            node, manner = self.stack.pop()
            visit = _VISITS.get(type(node))
            if visit is None or not visit(self, node, manner):
                self._push_children(node, manner)
        for call in self.calls:
            self._look_at_call(call)

    def _push_children(self, node: ast.AST, manner: str):
        # As ast.iter_child_nodes, without generators: this is where the time goes.
        for name in node._fields:
            value = getattr(node, name, None)
            if type(value) is list:
                self.stack += [(item, manner) for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST) and type(value) not in _LEAVES:
                self.stack.append((value, manner))

    def push(self, nodes: list, manner: str):
        self.stack.extend((node, manner) for node in nodes)

    def add(self, module: str, names: list[str], node: ast.AST, manner: str, relative: bool = False):
        self.facts.imports.append(FoundImport(module, names, node.lineno, manner, relative))

    # A visit returns True where it has seen to the node's children itself.

    def visit_import(self, node: ast.Import, manner: str) -> bool:
        for alias in node.names:
            self.add(alias.name, [], node, manner)
        return True

    def visit_import_from(self, node: ast.ImportFrom, manner: str) -> bool:
        names = [alias.name for alias in node.names if alias.name != "*"]
        self.aliases.update((alias.asname, alias.name) for alias in node.names if alias.asname)
        module = resolve_relative(node.module or "", node.level, self.facts.module.package) if node.level else node.module
        self.add(module or "." * node.level + (node.module or ""), names, node, manner, relative=node.level > 0)
        return True

    def visit_if(self, node: ast.If, manner: str) -> bool:
        inside, otherwise = _manners_of_test(node.test)
        self.push([node.test], manner)
        self.push(node.body, stronger(manner, inside))
        self.push(node.orelse, stronger(manner, otherwise))
        return True

    def visit_try(self, node: ast.Try, manner: str) -> bool:
        inside = stronger(manner, "try") if any(_forgives(handler.type) for handler in node.handlers) else manner
        self.push([*node.body, *node.handlers, *node.orelse], inside)
        self.push(node.finalbody, manner)
        return True

    def visit_with(self, node: ast.With, manner: str) -> bool:
        suppresses = any(_suppresses(item.context_expr) for item in node.items)
        self.push(node.items, manner)
        self.push(node.body, stronger(manner, "try") if suppresses else manner)
        return True

    def visit_function(self, node: ast.FunctionDef, manner: str) -> bool:
        self.push(list(ast.iter_child_nodes(node)), stronger(manner, "lazy"))
        return True

    def visit_call(self, node: ast.Call, manner: str) -> bool:
        self.calls.append(node)
        return False

    def _look_at_call(self, node: ast.Call):
        module = find_dynamic(node, self.facts.module.package, self.aliases)
        if module is not None:
            self.add(module, [], node, "dynamic")

    def visit_sequence(self, node: ast.List | ast.Tuple, manner: str) -> bool:
        for module in modules_run(node.elts):
            self.add(module, [], node, "dynamic")
        return all(isinstance(item, ast.Constant) for item in node.elts)

    def visit_name(self, node: ast.Name, manner: str) -> bool:
        if node.id in _FILE_NAMES and isinstance(node.ctx, ast.Load):
            self.facts.file_lines.append(node.lineno)
        return True

    def visit_attribute(self, node: ast.Attribute, manner: str) -> bool:
        if node.attr in _FILE_NAMES:
            self.facts.file_lines.append(node.lineno)
        return False


_VISITS = {
    ast.Import: _Walk.visit_import, ast.ImportFrom: _Walk.visit_import_from, ast.If: _Walk.visit_if,
    ast.Try: _Walk.visit_try, ast.TryStar: _Walk.visit_try, ast.With: _Walk.visit_with, ast.AsyncWith: _Walk.visit_with,
    ast.Call: _Walk.visit_call, ast.List: _Walk.visit_sequence, ast.Tuple: _Walk.visit_sequence,
    ast.Name: _Walk.visit_name, ast.Attribute: _Walk.visit_attribute,
    **{kind: _Walk.visit_function for kind in _FUNCTIONS},
}


def stronger(first: str, second: str) -> str:
    return max(first, second, key=MANNERS.index)


def _manners_of_test(test: ast.expr) -> tuple[str, str]:
    if _is_main_guard(test):
        return "plain", "plain"
    if _is_type_checking(test) or isinstance(test, ast.Constant) and not test.value:
        return "type-checking", "plain"
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and _is_type_checking(test.operand):
        return "plain", "type-checking"
    return "conditional", "conditional"


def _is_type_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING" or isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"


def _forgives(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any((item.id if isinstance(item, ast.Name) else item.attr if isinstance(item, ast.Attribute) else "") in _FORGIVING for item in kinds)


def _suppresses(context: ast.expr) -> bool:
    if not isinstance(context, ast.Call):
        return False
    name = context.func.id if isinstance(context.func, ast.Name) else getattr(context.func, "attr", "")
    return name == "suppress" and any(_forgives(argument) for argument in context.args)
