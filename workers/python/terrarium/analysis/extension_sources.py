"""A project that needs a compiler → a Failure naming the file that shows it."""
import ast
import re

from terrarium.analysis.pyproject import Pyproject
from terrarium.analysis.setup_py import SetupPy, called_name
from terrarium.analysis.parse_source import Unparsable, parse_source
from terrarium.analysis.tree import Tree, base, is_below, join
from terrarium.failure import Failure

KEYWORDS = ("ext_modules", "cffi_modules", "rust_extensions", "cmake_source_dir", "libraries")
CALLS = {"Extension", "cythonize", "RustExtension", "Pybind11Extension", "CMakeExtension", "mypycify", "build_ext_modules"}
#: Build backend or build requirement → the file in the project that drives the compiler.
COMPILING = {
    "maturin": "Cargo.toml",
    "setuptools-rust": "Cargo.toml",
    "mesonpy": "meson.build",
    "meson-python": "meson.build",
    "scikit-build-core": "CMakeLists.txt",
    "scikit-build": "CMakeLists.txt",
    "py-build-cmake": "CMakeLists.txt",
    "sipbuild": "pyproject.toml",
    "pyqtbuild": "pyproject.toml",
}
_ASIDE = re.compile(r"(?:^|/)(?:docs?|tests?|testing|examples?|samples?|benchmarks?|bench|site-packages)/", re.IGNORECASE)


def find_extension_sources(tree: Tree, root: str, pyproject: Pyproject | None, setup_py: SetupPy | None, requires: list[str], backend: str) -> tuple[str, str] | None:
    """(the file, with its line, that shows it; what it shows)."""
    return (_find_in_setup_py(setup_py) or _find_in_pyproject(tree, root, pyproject, requires, backend)
            or _find_in_build_script(tree, root, pyproject) or _find_cython(tree, root))


def check_no_extension_sources(tree: Tree, root: str, pyproject: Pyproject | None, setup_py: SetupPy | None, requires: list[str], backend: str):
    if found := find_extension_sources(tree, root, pyproject, setup_py, requires, backend):
        place, what = found
        raise Failure(
            "project/needs-compiler",
            f"Looking for extension sources: {place} {what}, and only pure Python is built here, where there is no compiler.",
            place,
            "Drop a wheel of the project that was built for the platform, or name the project in another project's requirements: "
            "wheels from an index are packed with their native code.",
        )


def _find_in_setup_py(file: SetupPy | None) -> tuple[str, str] | None:
    if not file or not file.module:
        return None
    for keyword in KEYWORDS:
        node = file.keywords.get(keyword)
        if node is not None and file.value(node) not in (None, [], (), {}, ""):
            return f"{file.path}:{node.lineno}", f"declares {keyword}"
    return _find_call(file.module, file.path)


def _find_call(module: ast.Module, path: str) -> tuple[str, str] | None:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and called_name(node) in CALLS:
            return f"{path}:{node.lineno}", f"calls {called_name(node)}()"
    return None


def _find_in_pyproject(tree: Tree, root: str, file: Pyproject | None, requires: list[str], backend: str) -> tuple[str, str] | None:
    if not file:
        return None
    setuptools = file.tool.data.get("setuptools")
    if isinstance(setuptools, dict) and setuptools.get("ext-modules"):
        return f"{file.path}:{file.text.count(chr(10), 0, max(0, file.text.find('ext-modules'))) + 1}", "declares ext-modules"
    for tool in _tools(requires, backend):
        driver = join(root, COMPILING[tool])
        if tree.has(driver):
            return driver, f"is built with {tool}"
        inner = next((path for path in tree.below(root) if base(path) == COMPILING[tool]), None)
        if inner or tool == backend.partition(".")[0].replace("_", "-"):
            return inner or file.path, f"is built with {tool}"
    return None


def _tools(requires: list[str], backend: str) -> list[str]:
    names = [re.split(r"[^A-Za-z0-9._-]", requirement.strip(), maxsplit=1)[0] for requirement in requires]
    names.append(re.split(r"[.:]", backend)[0])
    cleaned = [re.sub(r"[-_.]+", "-", name).lower() for name in names]
    return [name for name in cleaned if name in COMPILING]


def _find_in_build_script(tree: Tree, root: str, file: Pyproject | None) -> tuple[str, str] | None:
    """Poetry runs a script for extensions; that script is read like a setup.py."""
    poetry = file.tool.data.get("poetry") if file else None
    build = poetry.get("build") if isinstance(poetry, dict) else None
    script = build.get("script") if isinstance(build, dict) else build
    if not isinstance(script, str) or not tree.has(join(root, script)):
        return None
    try:
        return _find_call(parse_source(tree.read(join(root, script))), join(root, script))
    except Unparsable:
        return None


def _find_cython(tree: Tree, root: str) -> tuple[str, str] | None:
    for path in tree.paths:
        if path.endswith(".pyx") and is_below(path, root) and not _ASIDE.search(path[len(root):]):
            return path, "is Cython source"
    return None
