"""The tree's Python files → the app's own modules: which are analysed, and by which dotted names they are imported."""
import re
from dataclasses import dataclass

from terrarium.analysis.layout import HELPERS
from terrarium.analysis.tree import Tree, base, is_below, join, parent

_ASIDE_ANYWHERE = re.compile(r"(?:^|/)(?:tests?|__pycache__|site-packages|node_modules|\.[^/]+)/", re.IGNORECASE)
_ASIDE_AT_TOP = re.compile(r"(?:docs?|examples?|samples?|benchmarks?|bench|testing|build|dist|debian|ci)/", re.IGNORECASE)
_VENDORED = re.compile(r"(?:^|/)(?:_?vendor|_?vendored|_?vendored_packages|extern|third_party|thirdparty)/([^/.]+)")
_TEST_FILE = re.compile(r"(?:test_.*|.*_test)\.pyw?\Z")


@dataclass(frozen=True)
class OwnModule:
    path: str
    #: As it is imported: `pkg.mod`; for `__init__.py` the package's name.
    dotted: str
    is_package: bool
    #: True where a package (a folder with `__init__.py`) holds it.
    in_package: bool
    #: Its path from the project's folder, which is on `sys.path` where the project is packed as it stands.
    inner_path: str = ""

    @property
    def dotted_from_top(self) -> str:
        """`src.pkg.mod` for what is imported as `pkg.mod` once it is installed."""
        stem = self.inner_path.rpartition(".")[0].removesuffix("/__init__")
        return stem.replace("/", ".")

    @property
    def is_vendored(self) -> bool:
        return bool(_VENDORED.search(self.path))

    @property
    def package(self) -> str:
        """What a relative import counts from."""
        return self.dotted if self.is_package else self.dotted.rpartition(".")[0]


class OwnModules:
    def __init__(self, modules: list[OwnModule], bare: bool):
        self.modules = modules
        self.dotted = {module.dotted for module in modules}
        tops = [(module.dotted.partition(".")[0], module) for module in modules]
        # A folder without __init__.py gives way to a real package of the same name elsewhere.
        self.regular = {top for top, module in tops if module.dotted == top}
        folders = {module.inner_path.partition("/")[0] for module in modules if bare and "/" in module.inner_path}
        self.namespaces = ({top for top, _ in tops} | folders) - self.regular
        self.vendored = {match[1] for module in modules if (match := _VENDORED.search(module.path))}
        self.siblings = {(parent(module.path), module.dotted.rpartition(".")[2]) for module in modules if not module.in_package}

    def has_sibling(self, module: OwnModule, top: str) -> bool:
        """A script's own folder is the first place where its imports are looked for."""
        return not module.in_package and (parent(module.path), top) in self.siblings


def find_own_modules(tree: Tree, root: str, declared_roots: list[str] | None, bare: bool) -> OwnModules:
    folders = _import_roots(tree, root, declared_roots, bare)
    paths = [path for path in tree.below(root) if path.endswith((".py", ".pyw"))]
    chosen = [path for path in paths if any(is_below(path, folder) for folder in folders) and not _is_aside(path, root)]
    if bare and not chosen:
        chosen = paths
    return OwnModules([_make_module(tree, path, root, folders) for path in chosen], bare)


def _import_roots(tree: Tree, root: str, declared: list[str] | None, bare: bool) -> list[str]:
    if declared:
        return [join(root, folder) if folder else root for folder in declared]
    src = join(root, "src")
    if any(is_below(path, src) and path.endswith(".py") for path in tree.paths):
        return [src, root] if bare else [src]
    return [root]


def _is_aside(path: str, root: str) -> bool:
    inner = path[len(root):].lstrip("/")
    helper = "/" not in inner and inner.rpartition(".")[0] in HELPERS or base(inner) == "conftest.py"
    return bool(helper or _ASIDE_ANYWHERE.search(inner) or _ASIDE_AT_TOP.match(inner) or _TEST_FILE.match(base(inner)))


def _make_module(tree: Tree, path: str, top: str, roots: list[str]) -> OwnModule:
    root = max((folder for folder in roots if is_below(path, folder)), key=len, default="")
    parts = path[len(root):].lstrip("/").rpartition(".")[0].split("/")
    is_package = parts[-1] == "__init__" and len(parts) > 1
    in_package = tree.has(join(parent(path), "__init__.py")) and "/" in path[len(root):].lstrip("/")
    return OwnModule(path, ".".join(parts[:-1] if is_package else parts), is_package, in_package, path[len(top):].lstrip("/"))
