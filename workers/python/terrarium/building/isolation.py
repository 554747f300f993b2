"""Runs code in this process as if it were alone in one: own path, modules, environment, folder and streams, all put back afterwards."""
import errno
import importlib
import io
import logging
import os
import subprocess
import sys
import sysconfig
import tempfile
import warnings
from contextlib import ExitStack, contextmanager
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder
from typing import Iterator

from .environments import Environment
from .host import Host, presented

_INHERITED = ('PATH', 'HOME', 'LANG', 'LC_ALL', 'SYSTEMROOT')
# 1980-01-01, the earliest that a zip can hold: wheels are the same on another day.
_FIXED = {'SOURCE_DATE_EPOCH': '315532800', 'PYTHONHASHSEED': '0', 'SETUPTOOLS_USE_DISTUTILS': 'local', 'NO_COLOR': '1'}
# Pyodide's own modules serve the interpreter itself, whoever runs in it.
_KEPT = {'__main__', '_pyodide', 'pyodide', '_pyodide_core', 'pyodide_js', 'js', '_sysconfigdata'}
_STANDARD_FINDERS = (BuiltinImporter, FrozenImporter, PathFinder)


@contextmanager
def isolated(environment: Environment, path: list[str], folder: str, temporary: str, variables: dict[str, str], host: Host) -> Iterator[io.TextIOWrapper]:
    """Gives the log: all that is printed inside."""
    log = io.TextIOWrapper(io.BytesIO(), encoding='utf-8', errors='backslashreplace', write_through=True)
    with ExitStack() as stack:
        for part in (_folder(folder), _variables({**variables, 'TMPDIR': temporary}), _streams(log), _logging(), _warnings(),
                     _no_processes(), _path(path, environment), _modules(environment), presented(host, folder)):
            stack.enter_context(part)
        yield log


@contextmanager
def _folder(folder: str) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def _variables(variables: dict[str, str]) -> Iterator[None]:
    before, tempdir, tempfile.tempdir = dict(os.environ), tempfile.tempdir, variables['TMPDIR']
    inherited = {name: before[name] for name in _INHERITED if name in before}
    _replace(os.environ, {**inherited, **_FIXED, **variables})
    try:
        yield
    finally:
        _replace(os.environ, before)
        tempfile.tempdir = tempdir


def _replace(mapping, content: dict) -> None:
    # Item by item: os.environ passes each change on to the process.
    for name in [name for name in mapping if name not in content]:
        del mapping[name]
    mapping.update(content)


@contextmanager
def _streams(log: io.TextIOWrapper) -> Iterator[None]:
    names = ('stdin', 'stdout', 'stderr', 'argv', 'excepthook', 'dont_write_bytecode')
    before = {name: getattr(sys, name) for name in names}
    sys.stdin, sys.stdout, sys.stderr, sys.argv, sys.dont_write_bytecode = io.StringIO(), log, log, ['build'], True
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(sys, name, value)


@contextmanager
def _logging() -> Iterator[None]:
    root = logging.getLogger()
    before, root.handlers, level, disabled = root.handlers, [], root.level, root.manager.disable
    root.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.handlers = before
        root.setLevel(level)
        root.manager.disable = disabled


@contextmanager
def _warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.resetwarnings()
        yield


@contextmanager
def _no_processes() -> Iterator[None]:
    """As where a program is not installed: plugins know how to go on without git, and not what to make of Pyodide's own refusal."""
    def start(self, args, *rest, **options):
        program = args if isinstance(args, str) else os.fspath(list(args)[0])
        raise FileNotFoundError(errno.ENOENT, 'There are no processes in a browser tab', program)
    before, subprocess.Popen.__init__ = subprocess.Popen.__init__, start
    system, os.system = os.system, lambda command: 127 << 8
    try:
        yield
    finally:
        subprocess.Popen.__init__ = before
        os.system = system


@contextmanager
def _modules(environment: Environment) -> Iterator[None]:
    ours = {name: sys.modules.pop(name) for name in list(sys.modules) if not _is_standard(name)}
    finders, hooks = sys.meta_path[:], sys.path_hooks[:]
    sys.meta_path[:] = [*environment.finders, *(finder for finder in finders if finder in _STANDARD_FINDERS)]
    sys.modules.update(environment.modules)
    try:
        yield
    finally:
        theirs = [name for name in sys.modules if not _is_standard(name)]
        # Asked while all are still there: a namespace package looks at its parent to say where it lies.
        environment.modules = {name: sys.modules[name] for name in theirs if _is_of(environment, sys.modules[name])}
        for name in theirs:
            del sys.modules[name]
        environment.finders = [finder for finder in sys.meta_path
                               if finder not in finders and type(finder).__module__.partition('.')[0] in environment.modules]
        sys.meta_path[:], sys.path_hooks[:] = finders, hooks
        sys.modules.update(ours)


def _is_standard(name: str) -> bool:
    top = name.partition('.')[0]
    return top in sys.stdlib_module_names or top in _KEPT or top.startswith('_sysconfigdata')


def _is_of(environment: Environment, module) -> bool:
    """Not of the project: its modules may have changed by the next build."""
    file = getattr(module, '__file__', None)
    if file:
        return environment.owns(file)
    return all(map(environment.owns, list(getattr(module, '__path__', ()))))


@contextmanager
def _path(path: list[str], environment: Environment) -> Iterator[None]:
    before, cache = sys.path[:], dict(sys.path_importer_cache)
    sys.path[:] = [*path, environment.site, *(entry for entry in before if _is_standard_path(entry)), *environment.vendored]
    importlib.invalidate_caches()
    try:
        yield
    finally:
        environment.vendored = [entry for entry in sys.path if environment.owns(entry) and entry != environment.site]
        sys.path[:] = before
        for entry in sys.path_importer_cache.keys() - cache.keys():
            del sys.path_importer_cache[entry]


def _is_standard_path(entry: str) -> bool:
    standard = {sysconfig.get_path('stdlib'), sysconfig.get_path('platstdlib')}
    name = os.path.basename(entry)
    return entry in standard or name == 'lib-dynload' or name == 'python%d%d.zip' % sys.version_info[:2]
